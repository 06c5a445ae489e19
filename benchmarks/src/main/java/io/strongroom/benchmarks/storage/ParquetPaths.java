package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What a contender does with Parquet files, one file a call, for a guard that measures it in turns
 * with another. Made only for contenders that pass the gates.
 */
public final class ParquetPaths {
  private static final int ROWS = 60_000;
  private static final int GATE_ROWS = 5_000;

  private final WriteContender objects;
  private final WriteContender bytes;
  private final WriteContender encrypted;
  private final ReadContender reader;
  private final ReadContender decrypting;
  private final Path written;
  private final Path plain;
  private final Path sealed;

  private ParquetPaths(String contender, String encrypting, Path folder, List<Transaction> rows)
      throws IOException {
    EncodedRows encoded = new EncodedRows(rows);
    this.objects = WriteContenders.named(contender, WriteTask.SNAPPY, 1, rows, encoded);
    this.bytes = WriteContenders.named(contender, WriteTask.BYTES, 1, rows, encoded);
    this.encrypted =
        WriteContenders.named(encrypting, WriteTask.SNAPPY_ENCRYPTED, 1, rows, encoded);
    this.reader = ReadContenders.named(contender, ReadTask.SNAPPY);
    this.decrypting = ReadContenders.named(contender, ReadTask.SNAPPY_ENCRYPTED);
    this.written = folder.resolve(contender + ".parquet");
    this.plain = folder.resolve(contender + "-plain.parquet");
    this.sealed = folder.resolve(contender + "-sealed.parquet");
    ReadGate.write(ReadTask.SNAPPY, rows, plain);
    ReadGate.write(ReadTask.SNAPPY_ENCRYPTED, rows, sealed);
  }

  /**
   * The paths of one contender.
   *
   * @param contender the name of a writer that is a reader too
   * @param encrypting the name of the writer that is asked when files are to be encrypted
   * @param folder for its files
   */
  public static ParquetPaths of(String contender, String encrypting, Path folder)
      throws IOException {
    List<Transaction> few = Transactions.rows(GATE_ROWS);
    ParquetPaths gated = new ParquetPaths(contender, encrypting, folder, few);
    for (WriteContender writer : List.of(gated.objects, gated.bytes, gated.encrypted)) {
      WriteGate.check(writer, few);
    }
    ReadGate.check(gated.reader, ReadTask.SNAPPY, few);
    ReadGate.check(gated.decrypting, ReadTask.SNAPPY_ENCRYPTED, few);
    return new ParquetPaths(contender, encrypting, folder, Transactions.rows(ROWS));
  }

  /** Writes a file from objects. */
  public void writeObjects() throws IOException {
    write(objects);
  }

  /** Writes a file from UTF-8 and numbers. */
  public void writeBytes() throws IOException {
    write(bytes);
  }

  /** Writes a file from objects, encrypted where the contender does that. */
  public void writeEncrypted() throws IOException {
    write(encrypted);
  }

  private void write(WriteContender contender) throws IOException {
    Files.deleteIfExists(written);
    contender.write(written);
  }

  /** Reads all columns of a file. */
  public void read() throws IOException {
    reader.read(plain, Instant.EPOCH, Instant.EPOCH);
  }

  /** Reads all columns of an encrypted file. */
  public void readEncrypted() throws IOException {
    decrypting.read(sealed, Instant.EPOCH, Instant.EPOCH);
  }
}
