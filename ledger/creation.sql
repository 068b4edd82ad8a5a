BEGIN;
CREATE TABLE charge (
	identity TEXT NOT NULL,
	patient TEXT NOT NULL,
	visit TEXT NOT NULL,
	service_date TEXT NOT NULL,
	code TEXT NOT NULL,
	version INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	status TEXT NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (identity)
);
CREATE INDEX ix_charge_in_order ON charge (patient, visit, service_date, code, identity);
CREATE TABLE charge_query (
	identity TEXT NOT NULL,
	patient TEXT NOT NULL,
	visit TEXT NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (identity)
);
CREATE INDEX ix_charge_query_in_order ON charge_query (patient, visit, identity);
CREATE TABLE charge_version (
	identity TEXT NOT NULL,
	version INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	status TEXT NOT NULL,
	patient TEXT NOT NULL,
	posting INTEGER NOT NULL,
	rule_set TEXT NOT NULL,
	caused_by TEXT NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (identity, version, revision)
);
CREATE TABLE coded_visit (
	patient TEXT NOT NULL,
	visit TEXT NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (patient, visit)
);
CREATE TABLE dead_letter (
	id INTEGER NOT NULL,
	source TEXT NOT NULL,
	position TEXT NOT NULL,
	reason TEXT NOT NULL,
	path TEXT NOT NULL,
	said TEXT NOT NULL,
	wanted TEXT NOT NULL,
	raw BLOB NOT NULL,
	timestamp TEXT,
	settled_at TEXT,
	published INTEGER DEFAULT 0 NOT NULL,
	since TEXT,
	PRIMARY KEY (id)
);
CREATE INDEX ix_dead_letter_place ON dead_letter (source, position);
CREATE INDEX ix_dead_letter_unpublished ON dead_letter (id) WHERE published = 0;
CREATE TABLE delivery (
	target TEXT NOT NULL,
	identity TEXT NOT NULL,
	wanted INTEGER NOT NULL,
	delivered INTEGER NOT NULL,
	due_at TEXT,
	since TEXT,
	attempts INTEGER DEFAULT 0 NOT NULL,
	stopped TEXT,
	doubt_until TEXT,
	partition INTEGER,
	lease_owner TEXT,
	lease_until TEXT,
	lease_token INTEGER DEFAULT 0 NOT NULL,
	PRIMARY KEY (target, identity)
);
CREATE INDEX ix_delivery_due ON delivery (target) WHERE delivered < wanted;
CREATE INDEX ix_delivery_due_at ON delivery (target, due_at, since, identity) WHERE due_at IS NOT NULL;
CREATE TABLE ledger_meta (
	site_key_fingerprint TEXT NOT NULL,
	facility TEXT NOT NULL,
	postings INTEGER NOT NULL,
	PRIMARY KEY (site_key_fingerprint)
);
CREATE TABLE live_offset (
	input TEXT NOT NULL,
	partition INTEGER NOT NULL,
	next INTEGER NOT NULL,
	topic TEXT NOT NULL,
	newest TEXT,
	PRIMARY KEY (input, partition)
);
CREATE TABLE not_billed (
	patient TEXT NOT NULL,
	visit TEXT NOT NULL,
	place INTEGER NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (patient, visit, place)
);
CREATE TABLE patient (
	"key" TEXT NOT NULL,
	as_of TEXT,
	due_at TEXT,
	held TEXT,
	PRIMARY KEY ("key")
);
CREATE INDEX ix_patient_due_at ON patient (due_at);
CREATE TABLE patient_link (
	patient TEXT NOT NULL,
	other TEXT NOT NULL,
	PRIMARY KEY (patient, other)
);
CREATE TABLE telling (
	id INTEGER NOT NULL,
	kind TEXT NOT NULL,
	digest TEXT NOT NULL,
	patient TEXT NOT NULL,
	source TEXT NOT NULL,
	partition INTEGER NOT NULL,
	"offset" INTEGER NOT NULL,
	item INTEGER NOT NULL,
	body BLOB NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (digest, kind)
);
CREATE INDEX ix_telling_patient ON telling (patient);
CREATE TABLE telling_key (
	"key" TEXT NOT NULL,
	patient TEXT NOT NULL,
	PRIMARY KEY ("key", patient)
);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('0002');
COMMIT;
