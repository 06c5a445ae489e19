package io.strongroom.storage.parquet;

import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldForm;
import io.strongroom.storage.schema.SchemaField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of datasets as Avro records and as the columns of Parquet files.
 *
 * <p>In Avro each field says by the property {@code classification} how sensitive it is ({@code
 * public}, {@code internal}, {@code sensitive}, {@code personal}, {@code secret}), and by the
 * property {@code form}, where its values do not stand in clear, how they stand ({@code tokenized},
 * {@code masked}, {@code sealed}). A nullable field is a union of {@code null} and one type, and
 * without a default the same as with the default {@code null}. Names, documentation and aliases of
 * records, and what nested fields default to, are not part of a dataset's schema.
 */
public final class DatasetSchemas {
  private static final String CLASSIFICATION = "classification";
  private static final String FORM = "form";

  private DatasetSchemas() {}

  /**
   * The schema of a dataset from the JSON form of an Avro record.
   *
   * @param version of the schema
   * @param avroJson the record
   * @throws StorageException as {@link #fromAvro(String, Schema)}
   */
  public static DatasetSchema parse(String version, String avroJson) {
    Schema record;
    try {
      record = new Schema.Parser().parse(avroJson);
    } catch (AvroRuntimeException failed) {
      throw new StorageException(
          StorageErrorCode.DATASET_SCHEMA_REFUSED, "the text is not an Avro schema", failed);
    }
    return fromAvro(version, record);
  }

  /**
   * The schema of a dataset from an Avro record.
   *
   * @param version of the schema
   * @param record with a classification of every field
   * @throws StorageException {@link StorageErrorCode#FIELD_UNCLASSIFIED} naming every field that
   *     does not say how sensitive it is; {@link StorageErrorCode#DATASET_SCHEMA_REFUSED} naming a
   *     field whose type, classification, form or default is not known
   */
  public static DatasetSchema fromAvro(String version, Schema record) {
    if (record.getType() != Schema.Type.RECORD) {
      throw refused("the Avro schema is no record", null);
    }
    List<String> unclassified =
        record.getFields().stream()
            .filter(field -> field.getProp(CLASSIFICATION) == null)
            .map(Schema.Field::name)
            .toList();
    if (!unclassified.isEmpty()) {
      throw new StorageException(
          StorageErrorCode.FIELD_UNCLASSIFIED,
          "fields of record '"
              + record.getName()
              + "' have no classification: "
              + String.join(", ", unclassified));
    }
    List<SchemaField> fields = new ArrayList<>();
    for (Schema.Field field : record.getFields()) {
      try {
        fields.add(field(field));
      } catch (IllegalArgumentException | ArithmeticException wrong) {
        throw refused("field '" + field.name() + "': " + wrong.getMessage(), wrong);
      }
    }
    try {
      return new DatasetSchema(version, fields);
    } catch (IllegalArgumentException wrong) {
      throw refused("record '" + record.getName() + "': " + wrong.getMessage(), wrong);
    }
  }

  private static SchemaField field(Schema.Field field) {
    AvroFields.Slot slot = AvroFields.slot(field.schema());
    Optional<String> form = Optional.ofNullable(field.getProp(FORM));
    return new SchemaField(
        field.name(),
        slot.type(),
        slot.nullable(),
        Classification.of(field.getProp(CLASSIFICATION)),
        form.map(FieldForm::of).orElse(FieldForm.CLEAR),
        AvroFields.defaultText(field, slot.type()));
  }

  /**
   * The Avro record of a schema; {@link #fromAvro} gives the schema back.
   *
   * @param schema the schema
   * @param name of the record, an Avro name
   */
  public static Schema toAvro(DatasetSchema schema, String name) {
    List<Schema.Field> fields = new ArrayList<>();
    for (SchemaField field : schema.fields()) {
      Schema.Field made = AvroFields.field(field);
      made.addProp(CLASSIFICATION, field.classification().id());
      if (field.form() != FieldForm.CLEAR) {
        made.addProp(FORM, field.form().id());
      }
      fields.add(made);
    }
    return Schema.createRecord(name, null, null, false, fields);
  }

  /**
   * The columns of a dataset's files, for writing and reading. Files of older schemas that the
   * dataset had under this version are read with it: fields that they lack have no value in the
   * records, or their default. In a file in the clear the fields of class sensitive and above leave
   * no smallest and largest value.
   *
   * @param spec the dataset
   * @param schema its fields
   * @throws StorageException {@link StorageErrorCode#SCHEMA_EXPOSES} or {@link
   *     StorageErrorCode#DATASET_SCHEMA_REFUSED}, as {@link DatasetSchema#requireAllowedIn}
   * @throws ParquetFileException {@link ParquetErrorCode#SCHEMA_REFUSED} naming a column of a type
   *     that the writer does not take
   */
  public static ParquetSchema columns(DatasetSpec spec, DatasetSchema schema) {
    schema.requireAllowedIn(spec);
    String name = "_" + spec.ref().name().replace('-', '_');
    return ParquetSchema.of(
            toAvro(schema, Character.isDigit(name.charAt(1)) ? name : name.substring(1)))
        .withoutStatistics(
            schema.fieldsWithoutStatistics(spec.protection()).toArray(String[]::new));
  }

  private static StorageException refused(String problem, @Nullable Throwable cause) {
    return new StorageException(StorageErrorCode.DATASET_SCHEMA_REFUSED, problem, cause);
  }
}
