package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileCryptoMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/**
 * The footer of a file: read from its end, checked against its digest, opened and made sense of.
 */
final class FileFooter {
  private static final int TRAILER = 8;
  private static final int FIRST_READ = 64 * 1024;
  private static final byte[] PLAIN = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ENCRYPTED = "PARE".getBytes(StandardCharsets.US_ASCII);

  /**
   * A leaf column of the file's schema.
   *
   * @param ordinal its place among all leaf columns
   * @param path its names, one where it stands at the top level
   * @param repetition how many of the parts of its path repeat
   * @param definition how many of them may be absent
   */
  record Leaf(
      SchemaElement element, int ordinal, List<String> path, int repetition, int definition) {

    String name() {
      return String.join(".", path);
    }
  }

  /** Where a column begins: its element in the schema, and the number of its first leaf. */
  private record Place(int element, int leaf) {}

  /**
   * A column chunk, checked as far as that goes without reading it.
   *
   * @param what its name in messages
   * @param stored what the footer says about it
   * @param ordered whether its bounds are in the order of its type
   * @param rows how many rows its row group has
   * @param first where it begins: with its dictionary where it has one
   * @param group the number under which Modular Encryption knows the row group
   * @param column the number under which Modular Encryption knows the column
   * @param decryptor opens its modules; null when it is in the clear
   */
  record Chunk(
      String what,
      ColumnChunk stored,
      ColumnMetaData meta,
      boolean ordered,
      long rows,
      long first,
      int group,
      int column,
      @Nullable ModuleDecryptor decryptor) {

    /** Where the file goes on behind it. */
    long end() {
      return first + meta.getTotal_compressed_size();
    }
  }

  private final FileLabel file;
  private final long start;
  private final @Nullable FileDecryption decryption;
  private final List<RowGroup> groups;
  private final @Nullable List<ColumnOrder> orders;
  private final Map<String, Leaf> leaves = new HashMap<>();
  private final Map<String, Place> places = new HashMap<>();
  private List<SchemaElement> elements = List.of();
  private final long rows;
  private int leafCount;

  private FileFooter(
      FileLabel file, long start, @Nullable FileDecryption decryption, FileMetaData meta) {
    this.file = file;
    this.start = start;
    this.decryption = decryption;
    this.groups = meta.getRow_groups();
    this.orders = meta.getColumn_orders();
    this.rows = meta.getNum_rows();
    readSchema(meta.getSchema());
    checkRows();
  }

  static FileFooter read(
      RangedSource source,
      FileLabel file,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedSha256) {
    byte[] tail = tail(source, file);
    if (expectedSha256 != null) {
      checkDigest(file, tail, expectedSha256);
    }
    long start = source.length() - tail.length;
    byte[] body = Arrays.copyOf(tail, tail.length - TRAILER);
    if (endsWith(tail, ENCRYPTED)) {
      if (keys == null) {
        throw file.failure(ParquetErrorCode.KEYS_MISSING, "it is encrypted", null);
      }
      ByteArrayInputStream in = new ByteArrayInputStream(body);
      FileCryptoMetaData crypto = crypto(file, in);
      FileDecryption decryption =
          new FileDecryption(
              file, crypto.getEncryption_algorithm(), crypto.getKey_metadata(), keys);
      return new FileFooter(
          file, start, decryption, parsed(file, decryption.footer(in.readAllBytes())));
    }
    FileMetaData meta = parsed(file, body);
    FileDecryption decryption = null;
    if (keys != null) {
      if (!meta.isSetEncryption_algorithm()) {
        throw file.failure(
            ParquetErrorCode.NOT_ENCRYPTED,
            "it is in the clear, though keys '" + keys.keyId() + "' were given",
            null);
      }
      decryption =
          new FileDecryption(
              file, meta.getEncryption_algorithm(), meta.getFooter_signing_key_metadata(), keys);
      decryption.verify(body);
    }
    return new FileFooter(file, start, decryption, meta);
  }

  private static FileMetaData parsed(FileLabel file, byte[] body) {
    try {
      return Util.readFileMetaData(new ByteArrayInputStream(body), Math.max(body.length, 1));
    } catch (IOException | RuntimeException failed) {
      throw file.malformed("its footer cannot be parsed", failed);
    }
  }

  private static byte[] tail(RangedSource source, FileLabel file) {
    long length = source.length();
    if (length < PLAIN.length + TRAILER) {
      throw file.malformed("it is too short for a Parquet file");
    }
    byte[] last = new byte[(int) Math.min(length, FIRST_READ)];
    ChunkInput.read(source, file, length - last.length, last, 0, last.length);
    if (!endsWith(last, PLAIN) && !endsWith(last, ENCRYPTED)) {
      throw file.malformed("it does not end like a Parquet file");
    }
    long footer = LittleEndian.int32(last, last.length - TRAILER) & 0xffffffffL;
    if (footer > length - PLAIN.length - TRAILER) {
      throw file.malformed("its footer is longer than the file");
    }
    int size = file.sized(footer, ReaderLimits.FOOTER, "its footer") + TRAILER;
    if (size <= last.length) {
      return Arrays.copyOfRange(last, last.length - size, last.length);
    }
    byte[] tail = new byte[size];
    int missing = size - last.length;
    ChunkInput.read(source, file, length - size, tail, 0, missing);
    System.arraycopy(last, 0, tail, missing, last.length);
    return tail;
  }

  private static boolean endsWith(byte[] bytes, byte[] magic) {
    return Arrays.equals(bytes, bytes.length - magic.length, bytes.length, magic, 0, magic.length);
  }

  private static void checkDigest(FileLabel file, byte[] tail, String expected) {
    byte[] wanted;
    try {
      wanted = HexFormat.of().parseHex(expected);
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException("the expected digest is not in hex", malformed);
    }
    if (!MessageDigest.isEqual(wanted, HashingSink.sha256().digest(tail))) {
      throw file.failure(
          ParquetErrorCode.FOOTER_DIGEST_MISMATCH, "its footer is not the expected one", null);
    }
  }

  private static FileCryptoMetaData crypto(FileLabel file, ByteArrayInputStream in) {
    try {
      return Util.readFileCryptoMetaData(in);
    } catch (IOException | RuntimeException failed) {
      throw file.malformed("what it says about its encryption cannot be parsed", failed);
    }
  }

  private void readSchema(@Nullable List<SchemaElement> elements) {
    if (elements == null || elements.isEmpty() || groups == null) {
      throw file.malformed("its footer has no schema");
    }
    this.elements = elements;
    int at = 1;
    for (int child = 0; child < elements.get(0).getNum_children(); child++) {
      places.putIfAbsent(element(elements, at).getName(), new Place(at, leafCount));
      SchemaElement element = element(elements, at++);
      long below = element.getNum_children();
      if (below <= 0) {
        if (leaves.put(element.getName(), leaf(element)) != null) {
          throw file.malformed("two columns are named '" + element.getName() + "'");
        }
        leafCount++;
      }
      while (below > 0) {
        SchemaElement nested = element(elements, at++);
        below += nested.getNum_children() - 1L;
        if (nested.getNum_children() <= 0) {
          leafCount++;
        }
      }
    }
    if (at != elements.size()) {
      throw file.malformed("its schema does not add up");
    }
  }

  private Leaf leaf(SchemaElement element) {
    FieldRepetitionType repetition = element.getRepetition_type();
    return new Leaf(
        element,
        leafCount,
        List.of(element.getName()),
        repetition == FieldRepetitionType.REPEATED ? 1 : 0,
        repetition == FieldRepetitionType.REQUIRED ? 0 : 1);
  }

  private SchemaElement element(List<SchemaElement> elements, int at) {
    if (at >= elements.size()) {
      throw file.malformed("its schema does not add up");
    }
    return elements.get(at);
  }

  private void checkRows() {
    long sum = 0;
    for (RowGroup group : groups) {
      if (group.getNum_rows() < 0 || group.getColumns() == null) {
        throw file.malformed("a row group has no columns or a negative number of rows");
      }
      sum += group.getNum_rows();
      if (sum < 0 || group.getColumns().size() != leafCount) {
        throw file.malformed("the row groups do not fit the schema");
      }
    }
    if (sum != rows) {
      throw file.malformed("the row groups have " + sum + " rows, the footer says " + rows);
    }
  }

  long rows() {
    return rows;
  }

  int groups() {
    return groups.size();
  }

  long rows(int group) {
    return groups.get(group).getNum_rows();
  }

  /** A column of the file by name, or null; only columns that are not nested are found. */
  @Nullable Leaf leaf(String name) {
    return leaves.get(name);
  }

  /** A column of the file by name with all that is below it, or null. */
  @Nullable FileNode node(String name) {
    Place place = places.get(name);
    return place == null
        ? null
        : new FileNode.Parser(file, elements, place.element(), place.leaf()).parse();
  }

  private int ordinal(int group) {
    RowGroup rowGroup = groups.get(group);
    return rowGroup.isSetOrdinal() ? rowGroup.getOrdinal() : group;
  }

  /** What the footer says about a column chunk, checked as far as that goes without reading it. */
  Chunk chunk(int group, Leaf leaf) {
    RowGroup rowGroup = groups.get(group);
    String what = "column '" + leaf.name() + "' of row group " + group;
    ColumnChunk chunk = rowGroup.getColumns().get(leaf.ordinal());
    if (chunk.isSetFile_path()) {
      throw file.unsupported(what + " in another file");
    }
    ModuleDecryptor decryptor = decryptor(what, chunk);
    ColumnMetaData meta =
        FileDecryption.meta(file, what, chunk, decryptor, ordinal(group), leaf.ordinal());
    if (meta == null
        || meta.getType() != leaf.element().getType()
        || !leaf.path().equals(meta.getPath_in_schema())
        || meta.getNum_values() < rowGroup.getNum_rows()
        || (leaf.repetition() == 0 && meta.getNum_values() > rowGroup.getNum_rows())) {
      throw file.malformed(what + " does not fit the schema or the number of rows");
    }
    long first = firstByte(meta);
    long length = meta.getTotal_compressed_size();
    if (first < PLAIN.length || length < 0 || length > start - first) {
      throw file.malformed(what + " lies outside the file");
    }
    return new Chunk(
        what,
        chunk,
        meta,
        ordered(leaf),
        rowGroup.getNum_rows(),
        first,
        ordinal(group),
        leaf.ordinal(),
        decryptor);
  }

  private @Nullable ModuleDecryptor decryptor(String what, ColumnChunk chunk) {
    if (decryption != null) {
      return decryption.column(what, chunk);
    }
    if (chunk.isSetCrypto_metadata()) {
      throw FileDecryption.missing(file, what);
    }
    return null;
  }

  /** Refuses a column for whose values there is no key. */
  void requireKey(Leaf leaf) {
    if (!groups.isEmpty()) {
      decryptor(
          "column '" + leaf.element().getName() + "'",
          groups.get(0).getColumns().get(leaf.ordinal()));
    }
  }

  private boolean ordered(Leaf leaf) {
    if (orders == null || leaf.ordinal() >= orders.size()) {
      return false;
    }
    ColumnOrder order = orders.get(leaf.ordinal());
    return order.isSetTYPE_ORDER() || order.isSetIEEE_754_TOTAL_ORDER();
  }

  /** Where a column chunk starts: with its dictionary where it has one. */
  private static long firstByte(ColumnMetaData meta) {
    long data = meta.getData_page_offset();
    long dictionary = meta.getDictionary_page_offset();
    return meta.isSetDictionary_page_offset() && dictionary > 0 && dictionary < data
        ? dictionary
        : data;
  }
}
