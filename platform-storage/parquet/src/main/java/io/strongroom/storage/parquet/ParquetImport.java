package io.strongroom.storage.parquet;

import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectSource;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.schema.DatasetSchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Util;

/**
 * Takes existing Parquet files under management, byte for byte as they are: each becomes a file of
 * a run, which its manifest names, and the object it was stays where it is.
 *
 * <p>A file is read once, for its digest, and its footer once more; then the store copies it into
 * the run's folder, by itself where it can. Taking it again after a crash finds the copy and makes
 * nothing new. Nothing is visible before the run is committed and published, as any other.
 *
 * <p>Immutable. Safe for use by several threads.
 */
public final class ParquetImport {
  private static final int CHUNK = 1 << 20;
  private static final int TAIL = 8;
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

  private final ObjectStore store;
  private final RunId run;
  private final DatasetSpec spec;
  private final DatasetSchema schema;
  private final ParquetSchema columns;
  private final boolean anyStatistics;

  /**
   * The import of a run into a dataset.
   *
   * @param store where the files are and where they go
   * @param run a claimed run
   * @param spec the dataset; its files are not encrypted
   * @param schema a registered schema of the dataset, that of the files
   * @throws StorageException {@link StorageErrorCode#IMPORT_REFUSED} when the dataset is SEALED: no
   *     existing file is under the run's keys; as {@link DatasetSchemas#columns}
   */
  public ParquetImport(ObjectStore store, RunId run, DatasetSpec spec, DatasetSchema schema) {
    this(store, run, spec, schema, false);
  }

  private ParquetImport(
      ObjectStore store, RunId run, DatasetSpec spec, DatasetSchema schema, boolean any) {
    this.store = Objects.requireNonNull(store, "store");
    this.run = Objects.requireNonNull(run, "run");
    this.spec = spec;
    this.schema = schema;
    this.columns = DatasetSchemas.columns(spec, schema);
    this.anyStatistics = any;
    if (spec.protection() != Protection.ENGINE_READABLE) {
      throw refused("dataset " + spec.ref() + " is SEALED: read the files and write them anew");
    }
  }

  /**
   * The same import, which also takes files whose footers hold smallest and largest values or bloom
   * filters of sensitive fields. The values themselves stand in those files too.
   */
  public ParquetImport withAnyStatistics() {
    return new ParquetImport(store, run, spec, schema, true);
  }

  /**
   * Takes one file.
   *
   * @param key of the object
   * @param partition name and value of each partition column, of letters, digits, {@code .}, {@code
   *     _} and {@code -}
   * @return what the run's manifest says about it
   * @throws StorageException {@link StorageErrorCode#OBJECT_MISSING}; {@link
   *     StorageErrorCode#OBJECT_CHANGED} when it was replaced meanwhile, or something else stands
   *     under the key in the run's folder; {@link StorageErrorCode#IMPORT_REFUSED} naming a column
   *     that the file lacks or that the schema lacks, or one whose statistics must not be there;
   *     {@link StorageErrorCode#WRITE_OUTCOME_UNKNOWN}
   * @throws ParquetFileException when the file is encrypted, is no Parquet file, is damaged in its
   *     footer, or holds a column as another type
   */
  public DataFile take(String key, Map<String, String> partition) {
    SortedMap<String, String> values = new TreeMap<>(partition);
    ObjectInfo source =
        store
            .head(key)
            .orElseThrow(
                () -> new StorageException(StorageErrorCode.OBJECT_MISSING, "object " + key));
    Footer footer = footer(key, source);
    check(key, footer.meta);
    String digest = digest(key);
    String target = folder(values) + "import-" + digest + ".parquet";
    WriteResult written = store.copyBehind(target, new byte[0], source, 0);
    if (!(written instanceof WriteResult.Won)) {
      settle(target, source.size(), digest);
    }
    return new DataFile(
        target,
        footer.meta.getNum_rows(),
        source.size(),
        digest,
        Optional.of(footer.sha256),
        values);
  }

  private record Footer(FileMetaData meta, String sha256) {}

  /** Opens the file as a reader does, which checks its structure and the types of its columns. */
  private Footer footer(String key, ObjectInfo source) {
    ObjectSource bytes = ObjectSource.of(store, key);
    new ParquetRowReader(key, bytes, columns, null, null).close();
    byte[] end = store.range(key, source.size() - TAIL, TAIL);
    int length = end.length == TAIL ? HashingSink.littleEndian(end, 0) : -1;
    if (length < 0 || length > ReaderLimits.FOOTER || length + TAIL > source.size()) {
      throw changed(key);
    }
    byte[] tail = store.range(key, source.size() - TAIL - length, length + TAIL);
    try {
      return new Footer(
          Util.readFileMetaData(new ByteArrayInputStream(tail, 0, length)),
          HexFormat.of().formatHex(HashingSink.sha256().digest(tail)));
    } catch (IOException | RuntimeException failed) {
      throw changed(key);
    }
  }

  private void check(String key, FileMetaData meta) {
    Set<String> found = new HashSet<>();
    int skip = 0;
    for (SchemaElement element : meta.getSchema().subList(1, meta.getSchema().size())) {
      if (skip == 0) {
        found.add(element.getName());
      }
      skip = Math.max(0, skip - 1) + element.getNum_children();
    }
    for (String column : columns.columns()) {
      if (!found.remove(column)) {
        throw refused("object " + key + " has no column '" + column + "'");
      }
    }
    if (!found.isEmpty()) {
      throw refused(
          "object " + key + " has columns that the schema does not classify: " + sorted(found));
    }
    if (anyStatistics) {
      return;
    }
    Set<String> silent = Set.copyOf(schema.fieldsWithoutStatistics(spec.protection()));
    Set<String> telling = new HashSet<>();
    for (RowGroup group : meta.getRow_groups()) {
      for (ColumnChunk chunk : group.getColumns()) {
        String column = chunk.getMeta_data().getPath_in_schema().get(0);
        if (silent.contains(column) && tells(chunk)) {
          telling.add(column);
        }
      }
    }
    if (!telling.isEmpty()) {
      throw refused(
          "object " + key + " holds statistics or bloom filters of columns: " + sorted(telling));
    }
  }

  private static boolean tells(ColumnChunk chunk) {
    ColumnMetaData meta = chunk.getMeta_data();
    Statistics statistics = meta.isSetStatistics() ? meta.getStatistics() : new Statistics();
    return statistics.isSetMin()
        || statistics.isSetMax()
        || statistics.isSetMin_value()
        || statistics.isSetMax_value()
        || chunk.isSetColumn_index_offset()
        || meta.isSetBloom_filter_offset();
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", new TreeSet<>(names));
  }

  private String folder(SortedMap<String, String> partition) {
    StringBuilder path = new StringBuilder(spec.ref().path()).append('/');
    partition.forEach(
        (name, value) -> {
          if (!SEGMENT.matcher(name).matches() || !SEGMENT.matcher(value).matches()) {
            throw refused(
                "dataset " + spec.ref() + ": a partition is not of the form " + SEGMENT.pattern());
          }
          path.append(name).append('=').append(value).append('/');
        });
    return path.append("schema_v=")
        .append(spec.schemaVersion())
        .append("/run_id=")
        .append(run.value())
        .append('/')
        .toString();
  }

  private String digest(String key) {
    MessageDigest sha256 = HashingSink.sha256();
    byte[] buffer = new byte[CHUNK];
    try (InputStream in = store.open(key)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
      }
    } catch (IOException failed) {
      throw new StorageException(
          StorageErrorCode.STORE_UNAVAILABLE, "object " + key + " could not be read", failed);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** After a copy that was made before, or whose reply was lost. */
  private void settle(String target, long size, String digest) {
    Optional<ObjectInfo> there = store.head(target);
    if (there.isEmpty()) {
      throw new StorageException(
          StorageErrorCode.WRITE_OUTCOME_UNKNOWN, "object " + target + " may have been written");
    }
    if (there.get().size() != size || !digest(target).equals(digest)) {
      throw changed(target);
    }
  }

  private static StorageException changed(String key) {
    return new StorageException(
        StorageErrorCode.OBJECT_CHANGED, "object " + key + " is not what it was or should be");
  }

  private static StorageException refused(String problem) {
    return new StorageException(StorageErrorCode.IMPORT_REFUSED, problem);
  }
}
