package io.strongroom.storage;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.ErrorCode;

/**
 * The failures of this library: 001 the object store, 020 runs, 030 publication, 040 journals, 200
 * schemas, 210 SQL, 220 import, 230 files of runs.
 */
public enum StorageErrorCode implements ErrorCode {
  /** The store did not answer, or failed while reading or writing. */
  STORE_UNAVAILABLE(
      "STO-001",
      ErrorCategory.TRANSIENT,
      "The store did not answer, or failed while reading or writing.",
      "Try again; look at the store when it lasts. A write that threw this had no effect."),
  /** There is no room left for the object; nothing of it is visible. */
  STORE_FULL(
      "STO-002",
      ErrorCategory.TRANSIENT,
      "There is no room left for the object; nothing of it is visible.",
      "Make room, then try again."),
  /** An object that was asked for by name does not exist. */
  OBJECT_MISSING(
      "STO-003",
      ErrorCategory.INTEGRITY,
      "An object that was asked for by name does not exist.",
      "Find out who deleted it; restore it from a copy."),
  /** An object that never changes was changed or cut short. */
  OBJECT_CHANGED(
      "STO-004",
      ErrorCategory.INTEGRITY,
      "An object that never changes was changed or cut short.",
      "Compare it with its digest in the manifest; restore it from a copy."),
  /** An object is too large to be read or written in one piece. */
  OBJECT_TOO_LARGE(
      "STO-005",
      ErrorCategory.INPUT,
      "An object is too large to be read or written in one piece.",
      "Use open and upload, which take any size."),
  /** A key breaks the rules for keys. */
  KEY_REFUSED(
      "STO-006",
      ErrorCategory.INPUT,
      "A key breaks the rules for keys.",
      "Correct the key; the message says which rule it breaks."),
  /** In a folder on disk one key cannot be both an object and the folder of other objects. */
  KEY_CONFLICT(
      "STO-007",
      ErrorCategory.INPUT,
      "In a folder on disk one key cannot be both an object and the folder of other objects.",
      "Choose another key, or a store without folders."),
  /** The folder of a local store cannot be used. */
  STORE_FOLDER_REFUSED(
      "STO-008",
      ErrorCategory.CONFIGURATION,
      "The folder of a local store cannot be used.",
      "Correct the folder that the message names: an owned, writable, case-sensitive folder on a POSIX file system."),
  /** A symbolic link or special file stands in a local store where an object or folder belongs. */
  PATH_ESCAPES_STORE(
      "STO-009",
      ErrorCategory.INTEGRITY,
      "A symbolic link or special file stands in a local store where an object or folder belongs.",
      "Find out who put it there and remove it; the store never creates one."),
  /**
   * The store does not keep its word about conditional writes, so nothing may be published on it.
   */
  CONDITIONAL_WRITES_UNPROVEN(
      "STO-010",
      ErrorCategory.CONFIGURATION,
      "The store does not keep its word about conditional writes, so nothing may be published on it.",
      "Use a store that honors if-absent and if-match; the message says what it did instead."),
  /** A write may have happened or not, and reading back did not tell. */
  WRITE_OUTCOME_UNKNOWN(
      "STO-011",
      ErrorCategory.UNKNOWN_OUTCOME,
      "A write may have happened or not, and reading back did not tell.",
      "Read the object again later; delete nothing before its state is known."),
  /** The store denies the call to this caller, or belongs to another account. */
  STORE_ACCESS_DENIED(
      "STO-012",
      ErrorCategory.CONFIGURATION,
      "The store denies the call to this caller, or belongs to another account.",
      "Compare the caller's permissions with the README's list, and the owner of the bucket with the setting; a locked object cannot be deleted before its lock ends."),
  /** The store does not accept the caller, or the client cannot call it. */
  STORE_LOGIN_REFUSED(
      "STO-013",
      ErrorCategory.CONFIGURATION,
      "The store does not accept the caller, or the client cannot call it.",
      "Check the credentials, the clock and the client's settings."),
  /** There is no such bucket, or it lies in another Region. */
  STORE_MISSING(
      "STO-014",
      ErrorCategory.CONFIGURATION,
      "There is no such bucket, or it lies in another Region.",
      "Correct the name of the bucket or the Region."),
  /** The key that the store itself encrypts with cannot be used. */
  STORE_KEY_REFUSED(
      "STO-015",
      ErrorCategory.CONFIGURATION,
      "The key that the store itself encrypts with cannot be used.",
      "Check that the KMS key exists and is enabled in the bucket's Region."),
  /** An upload was overtaken by something else that happened to its key; nothing is visible. */
  UPLOAD_OVERTAKEN(
      "STO-016",
      ErrorCategory.TRANSIENT,
      "An upload was overtaken by something else that happened to its key; nothing is visible.",
      "Start a new upload with all its bytes."),
  /** The store does not know or allow such a request. */
  STORE_REQUEST_REFUSED(
      "STO-017",
      ErrorCategory.CONFIGURATION,
      "The store does not know or allow such a request.",
      "The message has the store's own code; use a store that knows conditional writes, or correct the setting."),
  /** A run of this id exists already. */
  RUN_ID_TAKEN(
      "STO-020",
      ErrorCategory.INPUT,
      "A run of this id exists already.",
      "Choose another run id; an id is never used twice."),
  /** There is no run of this id. */
  RUN_MISSING(
      "STO-021",
      ErrorCategory.INPUT,
      "There is no run of this id.",
      "Check the run id and the pipeline."),
  /** The run was not committed, so it cannot be published. */
  RUN_NOT_COMMITTED(
      "STO-022",
      ErrorCategory.INPUT,
      "The run was not committed, so it cannot be published.",
      "Publish a run that ended with a committed manifest."),
  /** A control object of a run is damaged, forged or of an unknown form. */
  RUN_DOCUMENT_INVALID(
      "STO-023",
      ErrorCategory.INTEGRITY,
      "A control object of a run is damaged, forged or of an unknown form.",
      "Stop and find out who wrote it; restore it from a copy."),
  /** A manifest is damaged, forged or not signed by a known key. */
  MANIFEST_INVALID(
      "STO-024",
      ErrorCategory.INTEGRITY,
      "A manifest is damaged, forged or not signed by a known key.",
      "Stop and find out who wrote it; restore it from a copy."),
  /** The keys of a run do not fit the commitments in its manifest. */
  RUN_KEYS_INVALID(
      "STO-025",
      ErrorCategory.INTEGRITY,
      "The keys of a run do not fit the commitments in its manifest.",
      "Stop and find out who wrote keys.json; restore it from a copy."),
  /** Another process took the run over. */
  LEASE_LOST(
      "STO-026",
      ErrorCategory.TRANSIENT,
      "Another process took the run over.",
      "Stop this attempt; the other process finishes the work."),
  /** An approval that a publication rests on is missing, damaged, forged or of another subject. */
  APPROVAL_INVALID(
      "STO-027",
      ErrorCategory.INTEGRITY,
      "An approval that a publication rests on is missing, damaged, forged or of another subject.",
      "Stop and find out who changed it; restore it from a copy."),
  /** A legal hold or its release is damaged, forged or was never announced in the audit log. */
  LEGAL_HOLD_INVALID(
      "STO-028",
      ErrorCategory.INTEGRITY,
      "A legal hold or its release is damaged, forged or was never announced in the audit log.",
      "Stop and find out who wrote it; nothing is deleted until it is restored."),
  /** A deletion plan is missing, damaged or names what must stay. */
  DELETION_PLAN_INVALID(
      "STO-029",
      ErrorCategory.INTEGRITY,
      "A deletion plan is missing, damaged or names what must stay.",
      "Stop and find out who wrote it; make a new plan."),
  /** The pointer to the newest publication is damaged or does not fit what it names. */
  POINTER_INVALID(
      "STO-030",
      ErrorCategory.INTEGRITY,
      "The pointer to the newest publication is damaged or does not fit what it names.",
      "Stop; run the lake verifier; restore the pointer from the newest publication that verifies."),
  /** The pointer names an older publication than one seen before. */
  POINTER_WENT_BACK(
      "STO-031",
      ErrorCategory.INTEGRITY,
      "The pointer names an older publication than one seen before.",
      "Stop and find out who rewrote it; a rollback is a new publication with a higher number."),
  /** A publication is missing, damaged, forged or not signed by a known key. */
  PUBLICATION_INVALID(
      "STO-032",
      ErrorCategory.INTEGRITY,
      "A publication is missing, damaged, forged or not signed by a known key.",
      "Stop; run the lake verifier; restore the object from a copy."),
  /** A generation is missing, damaged or does not have the digest it is named by. */
  GENERATION_INVALID(
      "STO-033",
      ErrorCategory.INTEGRITY,
      "A generation is missing, damaged or does not have the digest it is named by.",
      "Stop; run the lake verifier; restore the object from a copy."),
  /** Other publishers kept winning the race for the pointer. */
  PUBLICATION_CONTENDED(
      "STO-034",
      ErrorCategory.TRANSIENT,
      "Other publishers kept winning the race for the pointer.",
      "Try again."),
  /** The publication that was asked for is not possible. */
  PUBLICATION_REFUSED(
      "STO-035",
      ErrorCategory.INPUT,
      "The publication that was asked for is not possible.",
      "The message says what stands against it."),
  /** There is no publication of this number or time that can be read. */
  PUBLICATION_UNREADABLE(
      "STO-036",
      ErrorCategory.INPUT,
      "There is no publication of this number, or retention has deleted what it named.",
      "Ask for one between the floor and the newest; the message names both."),
  /** The legal hold that was asked for is not possible. */
  LEGAL_HOLD_REFUSED(
      "STO-037",
      ErrorCategory.INPUT,
      "The legal hold that was asked for is not possible.",
      "Use an id that no hold has had, and release only holds that stand."),
  /** The deletion that was asked for is not possible. */
  DELETION_REFUSED(
      "STO-038",
      ErrorCategory.INPUT,
      "The deletion that was asked for is not possible.",
      "The message says what stands against it."),
  /** Another process, or another part of this one, has the journal open. */
  JOURNAL_IN_USE(
      "STO-040",
      ErrorCategory.TRANSIENT,
      "Another process, or another part of this one, has the journal open.",
      "Let it end, then try again; a journal on a local disk is for one process."),
  /** An earlier write of the journal to its disk failed, so it takes nothing more. */
  JOURNAL_POISONED(
      "STO-041",
      ErrorCategory.TRANSIENT,
      "An earlier write of the journal to its disk failed, so it takes nothing more.",
      "Look after the disk, close the journal and open it anew; what it acknowledged is there."),
  /** A journal holds other bytes than were written. */
  JOURNAL_DAMAGED(
      "STO-042",
      ErrorCategory.INTEGRITY,
      "A journal holds other bytes than were written.",
      "Stop and find out who or what changed it; keep the files, restore them from a copy."),
  /** A record is too long for a journal. */
  JOURNAL_RECORD_REFUSED(
      "STO-043",
      ErrorCategory.INPUT,
      "A record is too long for a journal.",
      "Split the record, or store it as an object and append its key."),
  /** A schema does not fit its dataset. */
  DATASET_SCHEMA_REFUSED(
      "STO-200",
      ErrorCategory.INPUT,
      "A schema does not fit its dataset.",
      "Correct what the message names in the schema, or in the description of the dataset."),
  /** A field of a schema does not say how sensitive it is. */
  FIELD_UNCLASSIFIED(
      "STO-201",
      ErrorCategory.INPUT,
      "A field of a schema does not say how sensitive it is.",
      "Classify the fields that the message names: public, internal, sensitive, personal or secret."),
  /** A schema breaks what was written or is read under the one before it. */
  SCHEMA_BREAKING(
      "STO-202",
      ErrorCategory.INPUT,
      "A schema breaks what was written or is read under the one before it.",
      "Undo the changes that the message names, or give the schema a version that the dataset never had."),
  /** A schema lays open what is personal or secret. */
  SCHEMA_EXPOSES(
      "STO-203",
      ErrorCategory.INPUT,
      "A schema lays open what is personal or secret.",
      "Tokenize, mask or seal the fields that the message names, or leave them out of the dataset."),
  /** A registered schema is damaged, or its history has been changed. */
  SCHEMA_HISTORY_INVALID(
      "STO-204",
      ErrorCategory.INTEGRITY,
      "A registered schema is damaged, or its history has been changed.",
      "Stop and find out who wrote it; restore it from a copy."),
  /** SQL for this table cannot be written. */
  SQL_REFUSED(
      "STO-210",
      ErrorCategory.INPUT,
      "SQL for this table cannot be written.",
      "Correct what the message names: a name, a partition, a type or an object that does not belong."),
  /** The engine does not read the files of the dataset. */
  NOT_READABLE_BY_ENGINE(
      "STO-211",
      ErrorCategory.INPUT,
      "The engine does not read the files of the dataset.",
      "Read them with this library, or write the dataset in a form that the engine reads; the message says what stands against it."),
  /** An existing file cannot be taken into the dataset. */
  IMPORT_REFUSED(
      "STO-220",
      ErrorCategory.INPUT,
      "An existing file cannot be taken into the dataset.",
      "Correct the schema or choose one that fits the file, or read the file and write it anew; the message names the columns."),
  /** The partition or name of a file cannot stand in a path. */
  FILE_PLACE_REFUSED(
      "STO-230",
      ErrorCategory.INPUT,
      "The partition or name of a file cannot stand in a path.",
      "Correct the partition column that the message names, or write such rows to another partition.");

  private final String id;
  private final ErrorCategory category;
  private final String meaning;
  private final String remedy;

  StorageErrorCode(String id, ErrorCategory category, String meaning, String remedy) {
    this.id = id;
    this.category = category;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public ErrorCategory category() {
    return category;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public String remedy() {
    return remedy;
  }
}
