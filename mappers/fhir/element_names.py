"""The names of FHIR R4, R4B and R5: every resource type, and every element of the types we read.

An element beyond them is a slip, or of an older version, where it may say that nothing was given at all.
"""

from __future__ import annotations

_OF_EVERY = (
    "resourceType fhir_comments contained extension id identifier implicitRules language meta modifierExtension text"
)
_OF_KIND = {
    "MedicationAdministration": (
        "basedOn category context device dosage effectiveDateTime effectivePeriod encounter eventHistory "
        "instantiates isSubPotent medication medicationCodeableConcept medicationReference note occurenceDateTime "
        "occurencePeriod occurenceTiming partOf performer reason reasonCode reasonReference recorded request "
        "status statusReason subPotentReason subject supportingInformation"
    ),
    "Encounter": (
        "account actualPeriod admission appointment basedOn careTeam class classHistory diagnosis dietPreference "
        "episodeOfCare hospitalization length location partOf participant period plannedEndDate plannedStartDate "
        "priority reason reasonCode reasonReference serviceProvider serviceType specialArrangement "
        "specialCourtesy status statusHistory subject subjectStatus type virtualService"
    ),
    "Procedure": (
        "asserter basedOn bodySite category code complication complicationDetail encounter focalDevice focus "
        "followUp instantiatesCanonical instantiatesUri location note occurrenceAge occurrenceDateTime "
        "occurrencePeriod occurrenceRange occurrenceString occurrenceTiming outcome partOf performedAge "
        "performedDateTime performedPeriod performedRange performedString performer reason reasonCode "
        "reasonReference recorded recorder report reportedBoolean reportedReference status statusReason subject "
        "supportingInfo used usedCode usedReference"
    ),
    "ChargeItem": (
        "account bodysite code context costCenter definitionCanonical definitionUri encounter enteredDate enterer "
        "factorOverride note occurrenceDateTime occurrencePeriod occurrenceTiming overrideReason partOf performer "
        "performingOrganization priceOverride product productCodeableConcept productReference quantity reason "
        "requestingOrganization service status subject supportingInformation totalPriceComponent "
        "unitPriceComponent"
    ),
    "ServiceRequest": (
        "asNeededBoolean asNeededCodeableConcept authoredOn basedOn bodySite bodyStructure category code "
        "doNotPerform encounter focus instantiatesCanonical instantiatesUri insurance intent location "
        "locationCode locationReference note occurrenceDateTime occurrencePeriod occurrenceTiming orderDetail "
        "patientInstruction performer performerType priority quantityQuantity quantityRange quantityRatio reason "
        "reasonCode reasonReference relevantHistory replaces requester requisition specimen status subject "
        "supportingInfo"
    ),
    "Coverage": (
        "beneficiary class contract costToBeneficiary dependent insurancePlan insurer kind network order "
        "paymentBy payor period policyHolder relationship status subrogation subscriber subscriberId type"
    ),
    "Condition": (
        "abatementAge abatementDateTime abatementPeriod abatementRange abatementString asserter bodySite category "
        "clinicalStatus code encounter evidence note onsetAge onsetDateTime onsetPeriod onsetRange onsetString "
        "participant recordedDate recorder severity stage subject verificationStatus"
    ),
    "QuestionnaireResponse": ("author authored basedOn encounter item partOf questionnaire source status subject"),
    "Patient": (
        "active address birthDate communication contact deceasedBoolean deceasedDateTime gender "
        "generalPractitioner link managingOrganization maritalStatus multipleBirthBoolean multipleBirthInteger "
        "name photo telecom"
    ),
}
_TYPES = (
    "Account ActivityDefinition ActorDefinition AdministrableProductDefinition AdverseEvent "
    "AllergyIntolerance Appointment AppointmentResponse ArtifactAssessment AuditEvent Basic Binary "
    "BiologicallyDerivedProduct BiologicallyDerivedProductDispense BodyStructure Bundle CapabilityStatement "
    "CarePlan CareTeam CatalogEntry ChargeItem ChargeItemDefinition Citation Claim ClaimResponse "
    "ClinicalImpression ClinicalUseDefinition CodeSystem Communication CommunicationRequest "
    "CompartmentDefinition Composition ConceptMap Condition ConditionDefinition Consent Contract Coverage "
    "CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device DeviceAssociation "
    "DeviceDefinition DeviceDispense DeviceMetric DeviceRequest DeviceUsage DeviceUseStatement "
    "DiagnosticReport DocumentManifest DocumentReference Encounter EncounterHistory Endpoint "
    "EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceReport "
    "EvidenceVariable ExampleScenario ExplanationOfBenefit FamilyMemberHistory Flag FormularyItem "
    "GenomicStudy Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingSelection ImagingStudy "
    "Immunization ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide Ingredient "
    "InsurancePlan InventoryItem InventoryReport Invoice Library Linkage List Location "
    "ManufacturedItemDefinition Measure MeasureReport Media Medication MedicationAdministration "
    "MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement MedicinalProductDefinition "
    "MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionIntake NutritionOrder "
    "NutritionProduct Observation ObservationDefinition OperationDefinition OperationOutcome Organization "
    "OrganizationAffiliation PackagedProductDefinition Parameters Patient PaymentNotice PaymentReconciliation "
    "Permission Person PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire "
    "QuestionnaireResponse RegulatedAuthorization RelatedPerson RequestGroup RequestOrchestration "
    "Requirements ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment "
    "Schedule SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition "
    "StructureMap Subscription SubscriptionStatus SubscriptionTopic Substance SubstanceDefinition "
    "SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation "
    "SubstanceSourceMaterial SupplyDelivery SupplyRequest Task TerminologyCapabilities TestPlan TestReport "
    "TestScript Transport ValueSet VerificationResult VisionPrescription"
)
ELEMENTS = {
    kind: frozenset(name for plain in f"{_OF_EVERY} {names}".split() for name in (plain, f"_{plain}"))
    for kind, names in _OF_KIND.items()
}
"""The elements that a resource of each kind may have, and the extensions of primitive ones."""

RESOURCES = frozenset(_TYPES.split())
"""Every resource type."""
