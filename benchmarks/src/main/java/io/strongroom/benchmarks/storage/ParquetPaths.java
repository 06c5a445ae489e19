package io.strongroom.benchmarks.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What this library does with Parquet files, one file a call, for a guard that measures it in turns
 * with the limit. Made only when it passes the gates.
 */
public final class ParquetPaths {
  private static final String OURS = "strongroom";
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

  private final SnappyLimit limit;

  private ParquetPaths(Path folder, List<Transaction> rows) throws IOException {
    EncodedRows encoded = new EncodedRows(rows);
    this.objects = WriteContenders.named(OURS, WriteTask.SNAPPY, 1, rows, encoded);
    this.bytes = WriteContenders.named(OURS, WriteTask.BYTES, 1, rows, encoded);
    this.encrypted = WriteContenders.named(OURS, WriteTask.SNAPPY_ENCRYPTED, 1, rows, encoded);
    this.reader = ReadContenders.named(OURS, ReadTask.SNAPPY);
    this.decrypting = ReadContenders.named(OURS, ReadTask.SNAPPY_ENCRYPTED);
    this.limit = new SnappyLimit(encoded.bytes);
    this.written = folder.resolve("written.parquet");
    this.plain = folder.resolve("plain.parquet");
    this.sealed = folder.resolve("sealed.parquet");
    ReadGate.write(ReadTask.SNAPPY, rows, plain);
    ReadGate.write(ReadTask.SNAPPY_ENCRYPTED, rows, sealed);
  }

  /**
   * The paths, ready to be timed.
   *
   * @param folder for files
   */
  public static ParquetPaths of(Path folder) throws IOException {
    List<Transaction> few = Transactions.rows(GATE_ROWS);
    ParquetPaths gated = new ParquetPaths(folder, few);
    for (WriteContender writer : List.of(gated.objects, gated.bytes, gated.encrypted)) {
      WriteGate.check(writer, few);
    }
    ReadGate.check(gated.reader, ReadTask.SNAPPY, few);
    ReadGate.check(gated.decrypting, ReadTask.SNAPPY_ENCRYPTED, few);
    return new ParquetPaths(folder, Transactions.rows(ROWS));
  }

  /** Writes a file from objects. */
  public void writeObjects() throws IOException {
    write(objects);
  }

  /** Writes a file from UTF-8 and numbers. */
  public void writeBytes() throws IOException {
    write(bytes);
  }

  /** Writes an encrypted file from objects. */
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

  /** What no writer can do without: see {@link SnappyLimit#pack}. */
  public void pack() throws IOException {
    limit.pack();
  }

  /** What no reader can do without: see {@link SnappyLimit#unpack}. */
  public void unpack() throws IOException {
    limit.unpack();
  }
}
