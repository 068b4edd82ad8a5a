import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ValidationOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.StructureDefinition;

/** One R4 resource a line in, one OperationOutcome a line out: ResourceValidation DEFINITIONS_NDJSON PROFILE_URL. */
public class ResourceValidation {
    public static void main(String[] arguments) throws Exception {
        FhirContext context = FhirContext.forR4();
        FhirValidator validator = validator(context, Path.of(arguments[0]));
        ValidationOptions options = new ValidationOptions().addProfileIfNotBlank(arguments[1]);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            var outcome = validator.validateWithResult(line, options).toOperationOutcome();
            out.println(context.newJsonParser().encodeResourceToString(outcome));
        }
    }

    private static FhirValidator validator(FhirContext context, Path definitions) throws Exception {
        var ours = new PrePopulatedValidationSupport(context);
        for (String line : Files.readAllLines(definitions)) {
            ours.addStructureDefinition(context.newJsonParser().parseResource(StructureDefinition.class, line));
        }
        var instances = new FhirInstanceValidator(new ValidationSupportChain(
                ours,
                new DefaultProfileValidationSupport(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context),
                new SnapshotGeneratingValidationSupport(context)));
        instances.setAnyExtensionsAllowed(false);
        return context.newValidator().registerValidatorModule(instances);
    }
}
