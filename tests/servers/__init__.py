"""Real servers for tests and demonstrations, from packages alone: Apache Kafka, HAPI's FHIR server, HAPI's validator.

`kafka_server` and `fhir_server` give a `Server` to start, kill, hold and end; nothing in them knows pytest.
The fixtures over them are in `fixtures.py`.

The jars are pinned in `kafka.jars` and `fhir.jars`: what Maven resolves (runtime scope) for
org.apache.kafka:kafka_2.13:4.3.1 with org.slf4j:slf4j-simple:1.7.36, and for
ca.uhn.hapi.fhir:hapi-fhir-jpaserver-base:8.8.0 with com.h2database:h2:2.3.232,
org.apache.tomcat.embed:tomcat-embed-core:10.1.48, ch.qos.logback:logback-classic:1.5.18 and
org.eclipse.jdt:ecj:3.39.0, less what a server of R4 over H2 never loads (other databases' drivers, web
pages, plantuml, saxon, mail, xmlsec, the definitions of other FHIR versions). To move a version, resolve anew and
write each coordinate with its SHA-256.
"""
