package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the columns of one Parquet file in batches of rows, in the order in which they were
 * written. Only the columns that are asked for are fetched; a file may hold more, and may hold as
 * required what is read as nullable, as {@code int} or {@code float} what is read as {@code long}
 * or {@code double}. A column that the file lacks is read as its default, where the schema has one.
 *
 * <p>With a filter only the rows that it takes are given, exactly those, in their order. Row groups
 * and pages of which statistics, page index or bloom filter say that they hold none of them are not
 * fetched; pages of different columns are told apart by the rows that they hold. What a clear file
 * says there is believed, as its footer is.
 *
 * <p>A batch is a few thousand rows, fewer where a page ends or a column is nested. Every size that
 * the file states is compared with the file and with a limit before anything is allocated for it:
 * 16 MiB for the footer, 1 MiB for a page header, 64 MiB for a dictionary, 256 MiB for a page.
 * Memory is bounded by one page and one dictionary a column. The parts of an encrypted file are
 * used only after their tags verified, the pages of others after their checksums, where they have
 * some.
 *
 * <p>For one thread. The source belongs to the caller, the batch to the reader. Whatever fails,
 * fails as {@link ParquetFileException} or as what the source throws, and ends the reading.
 */
public final class ParquetBatchReader implements AutoCloseable {
  private enum State {
    BEFORE_BATCH,
    ON_BATCH,
    AT_END,
    FAILED,
    CLOSED
  }

  /** Rows of a batch at most. */
  static final int BATCH_ROWS = 2048;

  private final FileLabel file;
  private final RangedSource source;
  private final ParquetSchema projection;
  private final FileFooter footer;
  private final List<ColumnSlot> slots = new ArrayList<>();
  private final int projected;
  private final Set<ColumnSlot> filtered = new LinkedHashSet<>();
  private final @Nullable BoundFilter filter;
  private final boolean[] taken = new boolean[BATCH_ROWS];
  private final int[] selected = new int[BATCH_ROWS];
  private final Map<ColumnSlot, DefaultColumn> defaults = new HashMap<>();
  private final Map<ColumnSlot, NestedStream> nested = new HashMap<>();
  private final BatchColumn[] streams;
  private State state = State.BEFORE_BATCH;
  private int group = -1;
  private Iterator<RowRanges.Range> ranges = Collections.emptyIterator();
  private long row;
  private long rangeEnd;
  private int batchRows;

  ParquetBatchReader(
      FileLabel file,
      RangedSource source,
      ParquetSchema projection,
      @Nullable RowFilter filter,
      @Nullable ParquetFileKeys keys,
      @Nullable String expectedFooterSha256) {
    this.file = file;
    this.source = source;
    this.projection = projection;
    this.footer = FileFooter.read(source, file, keys, expectedFooterSha256);
    for (SchemaColumn column : projection.schemaColumns()) {
      slots.add(projected(projection, column));
    }
    this.projected = slots.size();
    bindNested(new AvroForm(file, new GenericData()), field -> Object.class);
    this.filter =
        filter == null ? null : new FilterBinding(file, this::filtered, BATCH_ROWS).bind(filter);
    this.streams = new BatchColumn[slots.size()];
  }

  /** A column that is asked for: that of the file, or the schema's default. */
  private ColumnSlot projected(ParquetSchema projection, SchemaColumn column) {
    if (column.kind() == ColumnKind.NESTED) {
      return ColumnSlot.nested(file, source, column, BATCH_ROWS);
    }
    Schema.Field field = projection.avro().getField(column.name());
    if (field == null || !field.hasDefaultValue() || footer.node(column.name()) != null) {
      return slot(column);
    }
    ColumnSlot slot =
        new ColumnSlot(file, source, column, column.type(), null, StoredForm.SAME, BATCH_ROWS);
    defaults.put(slot, new DefaultColumn(file, slot.vector, field));
    return slot;
  }

  /** Says as which objects the values of nested columns are given; before the first batch. */
  void bindNested(ObjectForm form, Function<Schema.Field, Type> targets) {
    for (int index = 0; index < projected; index++) {
      ColumnSlot slot = slots.get(index);
      if (slot.column.kind() == ColumnKind.NESTED) {
        bindNested(slot, projection.avro().getFields().get(index), form, targets);
      }
    }
  }

  private void bindNested(
      ColumnSlot slot, Schema.Field field, ObjectForm form, Function<Schema.Field, Type> targets) {
    FileNode node = footer.node(field.name());
    if (node != null) {
      NestedBinding binding = new NestedBinding(file, source, form);
      Assembler root = binding.bind(field.schema(), node, targets.apply(field));
      nested.put(slot, new NestedStream(file, slot.vector, root, binding.cursors()));
    } else if (field.hasDefaultValue()) {
      defaults.put(slot, new DefaultColumn(slot.vector, () -> form.defaultOf(field)));
    } else {
      throw file.failure(
          ParquetErrorCode.SCHEMA_MISMATCH, "it has no column '" + field.name() + "'", null);
    }
  }

  private ColumnSlot slot(SchemaColumn column) {
    FileFooter.Leaf leaf = footer.leaf(column.name());
    PrimitiveType type = leaf == null ? null : FileTypes.decodable(leaf.element(), column);
    StoredForm form = type == null ? null : StoredForm.of(type, column);
    if (leaf == null || type == null || form == null) {
      throw file.failure(
          ParquetErrorCode.SCHEMA_MISMATCH,
          "it has no column '" + column.name() + "' of type " + column.kind(),
          null);
    }
    footer.requireKey(leaf);
    return new ColumnSlot(file, source, column, type, leaf, form, BATCH_ROWS);
  }

  /** The column that a filter names, which need not be projected. */
  private ColumnSlot filtered(String name) {
    ColumnSlot found = null;
    for (ColumnSlot slot : slots) {
      if (slot.column.name().equals(name)) {
        found = slot;
      }
    }
    if (found == null || found.column.kind() == ColumnKind.NESTED) {
      FileFooter.Leaf leaf = footer.leaf(name);
      SchemaColumn column = leaf == null ? null : FileTypes.natural(leaf.element());
      if (column == null) {
        throw file.failure(
            ParquetErrorCode.FILTER_REFUSED,
            "it has no column '" + name + "' that the filter could compare",
            null);
      }
      found = slot(column);
      slots.add(found);
    }
    filtered.add(found);
    return found;
  }

  FileLabel file() {
    return file;
  }

  /** The columns that are read. */
  ParquetSchema projection() {
    return projection;
  }

  /** How many rows the file holds. */
  public long fileRows() {
    return footer.rows();
  }

  /**
   * Goes to the next batch.
   *
   * @return false after the last one
   * @throws ParquetFileException when the file is damaged there; the reading ends
   */
  public boolean next() {
    if (state == State.FAILED || state == State.CLOSED) {
      throw new IllegalStateException("the Parquet reader is " + state);
    }
    if (state == State.AT_END) {
      return false;
    }
    state = State.FAILED;
    do {
      if (row == rangeEnd && !nextRange()) {
        state = State.AT_END;
        batchRows = 0;
        return false;
      }
    } while (!readBatch());
    state = State.ON_BATCH;
    return true;
  }

  private boolean nextRange() {
    while (!ranges.hasNext()) {
      group++;
      if (group == footer.groups()) {
        return false;
      }
      openGroup();
    }
    RowRanges.Range range = ranges.next();
    row = range.from();
    rangeEnd = range.to();
    return true;
  }

  /** Reads the next rows up to the end of a page; false when the filter takes none of them. */
  private boolean readBatch() {
    long from = row;
    long end = Math.min(rangeEnd, from + BATCH_ROWS);
    for (BatchColumn stream : streams) {
      end = Math.min(end, stream.pageEnd(from));
    }
    row = end;
    int count = (int) (end - from);
    int kept = count;
    if (filter != null) {
      kept = select(filter, from, count);
      if (kept == 0) {
        return false;
      }
    }
    for (int index = 0; index < projected; index++) {
      ColumnSlot slot = slots.get(index);
      if (!filtered.contains(slot)) {
        streams[index].read(from, count);
      }
      if (kept < count) {
        slot.vector.keep(selected, kept);
      }
    }
    batchRows = kept;
    return true;
  }

  private int select(BoundFilter known, long from, int count) {
    for (int index = 0; index < streams.length; index++) {
      if (filtered.contains(slots.get(index))) {
        streams[index].read(from, count);
      }
    }
    try {
      known.test(count, taken);
    } catch (DamagedPageException damaged) {
      throw file.malformed("row group " + group + " cannot be decoded", damaged);
    }
    int kept = 0;
    for (int at = 0; at < count; at++) {
      selected[kept] = at;
      kept += taken[at] ? 1 : 0;
    }
    return kept;
  }

  private void openGroup() {
    long rows = footer.rows(group);
    RowRanges wanted = RowRanges.all(rows);
    Map<ColumnSlot, ChunkFacts> facts = new HashMap<>();
    if (filter != null && rows > 0) {
      for (ColumnSlot slot : slots) {
        if (slot.leaf != null) {
          facts.put(slot, new ChunkFacts(slot, source, footer.chunk(group, slot.leaf)));
        }
      }
      wanted = wanted(filter, facts, wanted);
    }
    ranges = wanted.ranges().iterator();
    if (!wanted.isEmpty()) {
      for (int index = 0; index < streams.length; index++) {
        ColumnSlot slot = slots.get(index);
        BatchColumn none = defaults.get(slot);
        NestedStream objects = nested.get(slot);
        streams[index] =
            none != null
                ? none
                : objects != null
                    ? objects.open(footer, group)
                    : stream(slot, facts.get(slot), wanted);
      }
    }
  }

  private ColumnStream stream(ColumnSlot slot, @Nullable ChunkFacts facts, RowRanges wanted) {
    FileFooter.Leaf leaf = Objects.requireNonNull(slot.leaf);
    return new ColumnStream(
        slot, footer.chunk(group, leaf), facts == null ? null : facts.pages(), wanted);
  }

  /** The rows of a group that may be taken: first what costs nothing is asked, then the rest. */
  private static RowRanges wanted(
      BoundFilter filter, Map<ColumnSlot, ChunkFacts> facts, RowRanges all) {
    if (!filter.may(leaf -> mayTake(leaf, facts, false))
        || !filter.may(leaf -> mayTake(leaf, facts, true))) {
      return new RowRanges(List.of());
    }
    return all.and(
        filter.ranges(
            leaf -> {
              ChunkFacts known = facts.get(leaf.slot());
              return known == null ? all : known.ranges(leaf.test());
            }));
  }

  private static boolean mayTake(
      BoundFilter.Leaf leaf, Map<ColumnSlot, ChunkFacts> facts, boolean bloomFilter) {
    ChunkFacts known = facts.get(leaf.slot());
    return known == null
        || (leaf.test().mayTake(known.bounds())
            && (!bloomFilter || known.bloomFilterMayTake(leaf.test())));
  }

  /** How many rows the batch has; 0 when there is none. */
  public int rows() {
    return batchRows;
  }

  /**
   * A column of the batch.
   *
   * @param column its position in the projection, 0 for the first; the same object for every batch
   * @throws IllegalStateException when there is no current batch
   */
  public ColumnVector column(int column) {
    if (state != State.ON_BATCH) {
      throw new IllegalStateException("the Parquet reader is " + state + ", not on a batch");
    }
    return slots.get(Objects.checkIndex(column, projected)).vector;
  }

  /** Ends the reading; the source stays open. */
  @Override
  public void close() {
    state = State.CLOSED;
    batchRows = 0;
  }
}
