package io.strongroom.storage.parquet;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.ErrorCode;

/** The failures of this library: 301 schemas and rows, 311 writing, 321 reading, 331 integrity. */
public enum ParquetErrorCode implements ErrorCode {
  /** A schema holds something that this writer and reader do not take. */
  SCHEMA_REFUSED(
      "STO-301",
      ErrorCategory.INPUT,
      "A schema holds something that this writer and reader do not take.",
      "Correct the column that the message names; the README lists the types that are taken."),
  /** A value does not fit its column; the row was not written. */
  VALUE_REFUSED(
      "STO-302",
      ErrorCategory.INPUT,
      "A value does not fit its column; the row was not written.",
      "Correct the value of the column that the message names."),
  /** A row was ended while a required column had no value; the row was not written. */
  ROW_INCOMPLETE(
      "STO-303",
      ErrorCategory.INPUT,
      "A row was ended while a required column had no value; the row was not written.",
      "Set the column that the message names, or make it nullable in the schema."),
  /** A file would hold more than the format can number. */
  FILE_TOO_LARGE(
      "STO-311",
      ErrorCategory.INPUT,
      "A file would hold more than the format can number.",
      "Write several files, or larger row groups."),
  /** The place where the bytes go refused them; no readable file came of it. */
  SINK_FAILED(
      "STO-312",
      ErrorCategory.TRANSIENT,
      "The place where the bytes go refused them; no readable file came of it.",
      "Throw the upload away and write the file again."),
  /** The encoder failed; no readable file came of it. */
  WRITER_FAILED(
      "STO-313",
      ErrorCategory.INTERNAL,
      "The encoder failed; no readable file came of it.",
      "Throw the upload away and report the cause."),
  /** A key of this length cannot be used. */
  KEY_REFUSED(
      "STO-314",
      ErrorCategory.CONFIGURATION,
      "A key of this length cannot be used.",
      "Give a key of 32 bytes; shorter ones are for reading the files of others."),
  /** So much was encrypted under a key that it must not encrypt more. */
  KEY_EXHAUSTED(
      "STO-315",
      ErrorCategory.CONFIGURATION,
      "So much was encrypted under a key that it must not encrypt more.",
      "Write what follows under another key."),
  /** A column belongs to a key class for which the writer was given no key. */
  KEY_CLASS_MISSING(
      "STO-316",
      ErrorCategory.CONFIGURATION,
      "A column belongs to a key class for which the writer was given no key.",
      "Name the class in the dataset, so that its runs have a key of it, or give the key."),
  /** A bloom filter would say in the clear what its column must not. */
  BLOOM_FILTER_REFUSED(
      "STO-317",
      ErrorCategory.CONFIGURATION,
      "A bloom filter would say in the clear what its column must not.",
      "Encrypt the file, or ask for no bloom filter of a column without statistics."),
  /** The file does not hold a column as the reader asked for it. */
  SCHEMA_MISMATCH(
      "STO-321",
      ErrorCategory.INPUT,
      "The file does not hold a column as the reader asked for it.",
      "Read it with the schema that it was written with."),
  /** The file uses a part of the format that this reader does not know. */
  FILE_UNSUPPORTED(
      "STO-322",
      ErrorCategory.INPUT,
      "The file uses a part of the format that this reader does not know.",
      "Read it with another tool; the message names what is not known."),
  /** The file is encrypted and no key was given. */
  KEYS_MISSING(
      "STO-323",
      ErrorCategory.CONFIGURATION,
      "The file is encrypted and no key was given.",
      "Give the keys of the run that wrote it."),
  /** A filter names a column that the file lacks, or compares it with another type. */
  FILTER_REFUSED(
      "STO-324",
      ErrorCategory.INPUT,
      "A filter names a column that the file lacks, or compares it with a value of another type.",
      "Correct the comparison with the column that the message names."),
  /** A column is encrypted under the key of a class that the reader was not given. */
  COLUMN_KEY_MISSING(
      "STO-325",
      ErrorCategory.CONFIGURATION,
      "A column is encrypted under the key of a class that the reader was not given.",
      "Leave the column out, or give the key of the class that the message names."),
  /** The key of a column's class is refused, was destroyed or cannot be had. */
  COLUMN_KEY_UNAVAILABLE(
      "STO-326",
      ErrorCategory.CONFIGURATION,
      "The key of a column's class is refused, was destroyed or cannot be had.",
      "Leave the column out, or get access to the key of the class that the message names."),
  /** An encrypted file is bound to an AAD prefix, which it does not hold and was not given. */
  AAD_PREFIX_MISSING(
      "STO-327",
      ErrorCategory.CONFIGURATION,
      "An encrypted file is bound to an AAD prefix, which it does not hold and was not given.",
      "Give the prefix that its writer gave, with the keys."),
  /** The bytes are not a Parquet file, or a damaged one. */
  FILE_MALFORMED(
      "STO-331",
      ErrorCategory.INTEGRITY,
      "The bytes are not a Parquet file, or a damaged one.",
      "Compare the file with its digest in the manifest; restore it from a copy."),
  /** A size in the file is beyond what a reader allocates for it. */
  LIMIT_EXCEEDED(
      "STO-332",
      ErrorCategory.INTEGRITY,
      "A size in the file is beyond what a reader allocates for it.",
      "No file of this library has such sizes; find out who wrote it."),
  /** The footer is not the one whose digest was expected. */
  FOOTER_DIGEST_MISMATCH(
      "STO-333",
      ErrorCategory.INTEGRITY,
      "The footer is not the one whose digest was expected.",
      "Stop and find out who replaced the file; restore it from a copy."),
  /** A part of an encrypted file was altered or moved, or the key is another one. */
  AUTHENTICATION_FAILED(
      "STO-334",
      ErrorCategory.INTEGRITY,
      "A part of an encrypted file was altered or moved, or the key is another one.",
      "Stop and find out who changed the file; restore it from a copy."),
  /** An encrypted file names another key than the one given. */
  KEY_MISMATCH(
      "STO-335",
      ErrorCategory.INTEGRITY,
      "An encrypted file names another key than the one given.",
      "Give the keys of the run that wrote the file; if they are, the file was replaced."),
  /** A file that must be encrypted is not. */
  NOT_ENCRYPTED(
      "STO-336",
      ErrorCategory.INTEGRITY,
      "A file that must be encrypted is not.",
      "Stop and find out who replaced the file; restore it from a copy."),
  /** The checksum of a page does not fit its bytes. */
  CHECKSUM_MISMATCH(
      "STO-337",
      ErrorCategory.INTEGRITY,
      "The checksum of a page does not fit its bytes.",
      "Restore the file from a copy."),
  /** An encrypted file is bound to another AAD prefix than the one given. */
  AAD_PREFIX_MISMATCH(
      "STO-338",
      ErrorCategory.INTEGRITY,
      "An encrypted file is bound to another AAD prefix than the one given.",
      "Stop and find out who put the file in the place of another; restore it from a copy.");

  private final String id;
  private final ErrorCategory category;
  private final String meaning;
  private final String remedy;

  ParquetErrorCode(String id, ErrorCategory category, String meaning, String remedy) {
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
