package io.strongroom.examples.lake;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.ErrorCode;

/** Every way in which this application ends without success. */
public enum LakeErrorCode implements ErrorCode {
  /** The file to run on does not exist. */
  SOURCE_NOT_FOUND(
      "LAKE-001",
      ErrorCategory.INPUT,
      "The file named on the command line does not exist.",
      "Check the path, or see the commands with help."),
  /** The file to run on cannot be read. */
  SOURCE_UNREADABLE(
      "LAKE-002",
      ErrorCategory.INPUT,
      "The path is not a regular file, or reading it failed.",
      "Name a regular file that this user may read."),
  /** The file holds no rows. */
  SOURCE_EMPTY(
      "LAKE-003",
      ErrorCategory.INPUT,
      "The file has no bytes, or a header and no row.",
      "Send the file again once it is complete."),
  /** The file is something else than comma-separated text. */
  NOT_A_CSV(
      "LAKE-004",
      ErrorCategory.INPUT,
      "The first line is not a line of comma-separated column names.",
      "Send comma-separated text with a header line; unpack compressed files first."),
  /** A required column is not in the header. */
  COLUMN_MISSING(
      "LAKE-005",
      ErrorCategory.INPUT,
      "The header lacks a required column, or names it twice.",
      "Name each required column once; order and further columns do not matter."),
  /** The file is not UTF-8. */
  WRONG_ENCODING(
      "LAKE-006",
      ErrorCategory.INPUT,
      "The header, or more than one row in twenty, is not UTF-8.",
      "Convert the file to UTF-8, for instance with iconv."),
  /** A line is longer than the limit. */
  LINE_TOO_LONG(
      "LAKE-007",
      ErrorCategory.INPUT,
      "A line of the file is longer than the limit.",
      "Repair the line; a missing line break is the usual cause."),
  /** The file is not the one that was looked at first. */
  SOURCE_CHANGED(
      "LAKE-008",
      ErrorCategory.INPUT,
      "The file changed while it was being read.",
      "Wait until the file is complete, then run again."),
  /** A sum of amounts does not fit. */
  BALANCE_TOO_LARGE(
      "LAKE-009",
      ErrorCategory.INPUT,
      "The balance of an account leaves the range of DECIMAL(18,3).",
      "Look for wrong amounts in the month that is named."),
  /** The folder is not a lake. */
  LAKE_NOT_FOUND(
      "LAKE-010",
      ErrorCategory.CONFIGURATION,
      "The folder holds no lake.properties.",
      "Name the folder with --lake, or make a lake with the first run."),
  /** There is data but its keys are gone. */
  KEYS_MISSING(
      "LAKE-011",
      ErrorCategory.CONFIGURATION,
      "The store holds data, but the folder with its keys is missing.",
      "Restore the folder keys/ from its backup; new keys cannot read the old data."),
  /** The folder of the lake cannot be prepared or used. */
  LAKE_FOLDER_UNUSABLE(
      "LAKE-012",
      ErrorCategory.CONFIGURATION,
      "The folder of the lake cannot be created, read or written.",
      "Check the path, its permissions and the free space."),
  /** A key record is not the pinned one. */
  KEY_RECORD_ALTERED(
      "LAKE-013",
      ErrorCategory.INTEGRITY,
      "A key record in the store is missing or is not the one that lake.properties pins.",
      "Stop, keep the folder as it is, and restore the record from a backup."),
  /** Plain files were asked for where nothing encrypts them. */
  PROTECTION_IMPOSSIBLE(
      "LAKE-014",
      ErrorCategory.CONFIGURATION,
      "ENGINE_READABLE files are plain and this store does not encrypt at rest.",
      "Use SEALED, or set lake.store.encrypts-at-rest=true where the file system really does."),
  /** Rows got lost between input and output. */
  ROWS_LOST(
      "LAKE-015",
      ErrorCategory.INTERNAL,
      "The rows written are not the rows read.",
      "Nothing was published. Report this as a defect of the example."),
  /** There is nothing published to read. */
  NOTHING_PUBLISHED(
      "LAKE-016",
      ErrorCategory.INPUT,
      "The lake holds no published balances.",
      "Make a run first."),
  /** A given account token is not in the published balances. */
  TOKEN_UNKNOWN(
      "LAKE-017",
      ErrorCategory.INPUT,
      "No published balance has the given account token.",
      "Copy the token from the output of the command balances."),
  /** What the run itself stored cannot be read back. */
  BRONZE_UNREADABLE(
      "LAKE-018",
      ErrorCategory.TRANSIENT,
      "The file that this run stored in bronze could not be read back.",
      "Look at the disk, then run again; nothing was published."),
  /** Silver was published anew while balances of it were asked for. */
  SILVER_CHANGED(
      "LAKE-019",
      ErrorCategory.TRANSIENT,
      "Silver was published anew between the request for balances and their computation.",
      "Run again: the balances are then computed from the newest silver."),
  /** A file that should be made cannot be. */
  OUTPUT_UNUSABLE(
      "LAKE-020",
      ErrorCategory.INPUT,
      "The file to be written exists already or cannot be written.",
      "Name a new file in a folder that this user may write to."),
  /** A verification found something wrong. */
  LAKE_DAMAGED(
      "LAKE-021",
      ErrorCategory.INTEGRITY,
      "Something that is published, or the audit log, is not what was signed.",
      "Stop, keep the folder as it is, and look at what standard output names as WRONG."),
  /** The breaker stopped a run. */
  BREAKER_OPEN(
      "LAKE-022",
      ErrorCategory.INPUT,
      5,
      "Too many rows were rejected, so the run was stopped; nothing of it is visible.",
      "Correct the file, or raise the limit; standard output says how."),
  /** A run is held. */
  RUN_HELD(
      "LAKE-023",
      ErrorCategory.TRANSIENT,
      3,
      "The run is complete, but what it was validated against has changed meanwhile.",
      "Run the same again: a new run validates against what is there now."),
  /** The command line makes no sense. */
  USAGE(
      "LAKE-064",
      ErrorCategory.INPUT,
      64,
      "The command line is not understood.",
      "See transaction-lake help."),
  /** A defect of this program. */
  DEFECT(
      "LAKE-070",
      ErrorCategory.INTERNAL,
      "The program failed in a way that it does not know.",
      "Report this as a defect of the example."),
  /** The launcher could not build; raised by the script {@code run}. */
  BUILD_FAILED(
      "LAKE-078",
      ErrorCategory.CONFIGURATION,
      "The launcher could not build the program.",
      "Install JDK 17 and Maven 3.8 or newer, or correct what Maven says above."),
  /** The launcher found no Java; raised by the script {@code run}. */
  JAVA_MISSING(
      "LAKE-079",
      ErrorCategory.CONFIGURATION,
      "The launcher found no Java to run the program with.",
      "Install JDK 17 or newer and put it on the path, or correct JAVA_HOME.");

  private final String id;
  private final ErrorCategory category;
  private final int exitCode;
  private final String meaning;
  private final String remedy;

  LakeErrorCode(String id, ErrorCategory category, String meaning, String remedy) {
    this(id, category, category.exitCode(), meaning, remedy);
  }

  LakeErrorCode(String id, ErrorCategory category, int exitCode, String meaning, String remedy) {
    this.id = id;
    this.category = category;
    this.exitCode = exitCode;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  /** The exit code of the program; that of the category but for ends with a code of their own. */
  int exitCode() {
    return exitCode;
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
