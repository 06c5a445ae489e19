package io.strongroom.storage.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Type;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of one Parquet file as records: Avro's, generic or specific, or those of a Java
 * record class. A face of {@link ParquetBatchReader}, with its projection, filter, guarantees and
 * limits.
 *
 * <p>The projection is the reader's schema, resolved as Avro does it: columns are found by name, a
 * column that an older file lacks has its default, {@code int} may be read as {@code long} or
 * {@code double}, {@code float} as {@code double}, and a symbol that an {@code enum} lacks as the
 * enum's default, where it has one.
 *
 * <p>For one thread. Closes the batches it reads from; their source belongs to the caller. Whatever
 * fails, fails as {@link ParquetFileException} or as what the source throws, and ends the reading.
 *
 * @param <T> the records
 */
public final class ParquetRecordReader<T> implements AutoCloseable {
  private final ParquetBatchReader in;
  private final Class<T> type;
  private final ColumnVector[] vectors;
  private final ObjectForm.Leaf[] leaves;
  private final ObjectForm.Maker maker;
  private boolean bound;
  private int row;

  private ParquetRecordReader(ParquetBatchReader in, Class<T> type, Type target, ObjectForm form) {
    this.in = in;
    this.type = type;
    ParquetSchema projection = in.projection();
    in.bindNested(form, field -> form.field(field, target));
    List<SchemaColumn> columns = projection.schemaColumns();
    this.vectors = new ColumnVector[columns.size()];
    this.leaves = new ObjectForm.Leaf[columns.size()];
    for (int index = 0; index < leaves.length; index++) {
      Schema.Field field = projection.avro().getFields().get(index);
      leaves[index] =
          form.leaf(
              columns.get(index), ParquetSchema.present(field.schema()), form.field(field, target));
    }
    this.maker = form.record(projection.avro(), target);
  }

  /**
   * A reader of Avro's generic records of the projection, in plain types: {@code Long} for a
   * timestamp, {@code ByteBuffer} for a decimal.
   *
   * @param in before its first batch; belongs to the new reader, which closes it
   */
  public static ParquetRecordReader<GenericRecord> ofAvro(ParquetBatchReader in) {
    return ofAvro(in, new GenericData());
  }

  /**
   * A reader of Avro's generic records of the projection.
   *
   * @param in as above
   * @param model whose conversions make objects of logical types
   */
  public static ParquetRecordReader<GenericRecord> ofAvro(
      ParquetBatchReader in, GenericData model) {
    return new ParquetRecordReader<>(
        in, GenericRecord.class, Object.class, new AvroForm(in.file(), model));
  }

  /**
   * A reader of records of a class that Avro generated. Fields that are not projected keep the
   * value that its constructor gives them.
   *
   * @param in as above; its projection has the name of the class
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_REFUSED} when the projection is of
   *     another record or has a column that the class lacks
   */
  public static <T extends SpecificRecord> ParquetRecordReader<T> ofSpecific(
      ParquetBatchReader in, Class<T> type) {
    Schema record = in.projection().avro();
    Object made = SpecificData.newInstance(type, record);
    if (!type.cast(made).getSchema().getFullName().equals(record.getFullName())) {
      throw new ParquetFileException(
          ParquetErrorCode.SCHEMA_REFUSED,
          "a record '" + record.getFullName() + "' is no " + type.getName());
    }
    return new ParquetRecordReader<>(
        in, type, type, new AvroForm(in.file(), SpecificData.getForClass(type)));
  }

  /**
   * A reader of Java records. Each component has a column of its name, or of one whose name in
   * camel case it is ({@code customer_id}: {@code customerId}); other columns are left out.
   *
   * @param in as above
   * @param type the record class
   * @param lookup of the application, which may call the class's constructor
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_REFUSED} when a component has no
   *     column, or one of a type that does not fit it
   */
  public static <T extends Record> ParquetRecordReader<T> of(
      ParquetBatchReader in, Class<T> type, MethodHandles.Lookup lookup) {
    return new ParquetRecordReader<>(in, type, type, new RecordClassForm(in.file(), lookup));
  }

  /**
   * The next record.
   *
   * @return null after the last one
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_MISMATCH} for a symbol or a null
   *     that the record cannot have; others when the file is damaged there
   */
  public @Nullable T read() {
    if (!bound || ++row >= in.rows()) {
      if (!in.next()) {
        bound = false;
        return null;
      }
      bind();
    }
    Object[] fields = new Object[leaves.length];
    for (int index = 0; index < fields.length; index++) {
      ColumnVector vector = vectors[index];
      fields[index] = vector.isNull(row) ? null : leaves[index].get(vector, row);
    }
    return type.cast(maker.make(fields));
  }

  private void bind() {
    for (int index = 0; index < vectors.length; index++) {
      vectors[index] = in.column(index);
    }
    bound = true;
    row = 0;
  }

  /** How many rows the file holds. */
  public long fileRows() {
    return in.fileRows();
  }

  @Override
  public void close() {
    in.close();
  }
}
