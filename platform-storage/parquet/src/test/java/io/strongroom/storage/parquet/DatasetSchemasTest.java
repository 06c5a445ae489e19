package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldForm;
import io.strongroom.storage.schema.FieldType;
import io.strongroom.storage.schema.SchemaField;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class DatasetSchemasTest {
  private static final String AVRO =
      """
      {"type":"record","name":"balance","fields":[
       {"name":"account","type":"string","classification":"personal","form":"tokenized"},
       {"name":"month","type":"string","classification":"public"},
       {"name":"balance","classification":"sensitive","default":null,"type":["null",
         {"type":"bytes","logicalType":"decimal","precision":16,"scale":2}]},
       {"name":"entries","type":["long","null"],"default":0,"classification":"internal"}]}
      """;

  private static DatasetSpec spec(Protection protection) {
    return new DatasetSpec(
        new DatasetRef(Layer.GOLD, "payments", "balances"),
        DatasetMode.SNAPSHOT,
        protection,
        ConflictRule.NONE,
        "v1");
  }

  private static void refused(StorageErrorCode code, String avro, String... words) {
    assertThatThrownBy(() -> DatasetSchemas.parse("v1", avro))
        .isInstanceOf(StorageException.class)
        .hasMessageContainingAll(words)
        .extracting(e -> ((StorageException) e).code())
        .isEqualTo(code);
  }

  @Test
  void anAvroRecordWithClassesIsASchema() {
    assertThat(DatasetSchemas.parse("v1", AVRO).fields())
        .containsExactly(
            SchemaField.required("account", FieldType.Scalar.STRING, Classification.PERSONAL)
                .in(FieldForm.TOKENIZED),
            SchemaField.required("month", FieldType.Scalar.STRING, Classification.PUBLIC),
            SchemaField.nullable("balance", new FieldType.Decimal(16, 2), Classification.SENSITIVE),
            SchemaField.nullable("entries", FieldType.Scalar.LONG, Classification.INTERNAL)
                .otherwise("0"));
  }

  @Test
  void fieldsWithoutAClassAreNamed() {
    refused(
        StorageErrorCode.FIELD_UNCLASSIFIED,
        AVRO.replace(",\"classification\":\"public\"", "")
            .replace("\"classification\":\"sensitive\",", ""),
        "month, balance");
  }

  @Test
  void whatIsNotKnownIsRefusedByTheFieldsName() {
    StorageErrorCode code = StorageErrorCode.DATASET_SCHEMA_REFUSED;
    refused(code, AVRO.replace("\"public\"", "\"secretive\""), "'month'");
    refused(code, AVRO.replace("tokenized", "hidden"), "'account'");
    refused(code, AVRO.replace("[\"long\",\"null\"]", "[\"long\",\"string\"]"), "'entries'");
    refused(code, AVRO.replace("\"name\":\"month\"", "\"name\":\"Account\""), "'balance'");
    refused(code, "\"int\"", "no record");
    refused(code, "{", "not an Avro schema");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "boolean",
        "int",
        "long",
        "float",
        "double",
        "string",
        "bytes",
        "date",
        "time-millis",
        "time-micros",
        "timestamp-millis",
        "timestamp-micros",
        "local-timestamp-millis",
        "local-timestamp-micros",
        "timestamp-nanos",
        "local-timestamp-nanos",
        "uuid",
        "decimal(38,10)",
        "fixed(16)",
        "enum<A,B>",
        "list<string?>",
        "map<decimal(9,2)>",
        "record<a:int,b:list<record<c:uuid?>>?>"
      })
  void everyTypeSurvivesAvro(String type) {
    FieldType wanted = FieldType.parse(type);
    DatasetSchema schema =
        DatasetSchema.of(
            "v1",
            SchemaField.required("a", wanted, Classification.SECRET).in(FieldForm.SEALED),
            SchemaField.nullable("b", wanted, Classification.PUBLIC));
    Schema avro = new Schema.Parser().parse(DatasetSchemas.toAvro(schema, "r").toString());
    assertThat(DatasetSchemas.fromAvro("v1", avro)).isEqualTo(schema);
  }

  @Test
  void aClearFooterHoldsStatisticsOnlyOfWhatIsPublicOrInternal() throws IOException {
    DatasetSchema schema = DatasetSchemas.parse("v1", AVRO);
    Map<String, Boolean> clear = statistics(schema, spec(Protection.ENGINE_READABLE));
    assertThat(clear)
        .isEqualTo(Map.of("account", false, "month", true, "balance", false, "entries", true));
    assertThat(statistics(schema, spec(Protection.SEALED)).values()).containsOnly(true);
  }

  /** Whether each column of a file in the clear has smallest and largest value, and an index. */
  private static Map<String, Boolean> statistics(DatasetSchema schema, DatasetSpec spec)
      throws IOException {
    ParquetSchema columns = DatasetSchemas.columns(spec, schema);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ParquetRowWriter out =
        new ParquetFiles(ParquetLayout.SINGLE_PAGE, Codec.ZSTD).write(bytes, columns, null)) {
      for (int row = 0; row < 3; row++) {
        out.setString(0, "T-" + row);
        out.setString(1, "2026-01");
        out.setUnscaled(2, row);
        out.setLong(3, row);
        out.endRow();
      }
      out.finish();
    }
    byte[] file = bytes.toByteArray();
    int length = HashingSink.littleEndian(file, file.length - 8);
    FileMetaData footer =
        Util.readFileMetaData(new ByteArrayInputStream(file, file.length - 8 - length, length));
    Map<String, Boolean> found = new HashMap<>();
    for (ColumnChunk chunk : footer.getRow_groups().get(0).getColumns()) {
      String name = chunk.getMeta_data().getPath_in_schema().get(0);
      boolean bounds =
          chunk.getMeta_data().isSetStatistics()
              && (chunk.getMeta_data().getStatistics().isSetMin_value()
                  || chunk.getMeta_data().getStatistics().isSetMin());
      assertThat(chunk.isSetColumn_index_offset()).as(name).isEqualTo(bounds);
      assertThat(chunk.getMeta_data().isSetBloom_filter_offset()).as(name).isFalse();
      found.put(name, bounds);
    }
    return found;
  }

  @Test
  void aSensitiveColumnOfAFileInTheClearGetsNoBloomFilter() {
    ParquetSchema clear =
        DatasetSchemas.columns(spec(Protection.ENGINE_READABLE), DatasetSchemas.parse("v1", AVRO));
    ParquetSchema asked = clear.withBloomFilter("account", BloomFilterSize.forDistinct(100));
    assertThatThrownBy(
            () ->
                new ParquetFiles(ParquetLayout.SINGLE_PAGE, Codec.ZSTD)
                    .write(new ByteArrayOutputStream(), asked, null)
                    .close())
        .isInstanceOf(ParquetFileException.class)
        .hasMessageContaining("'account'");
  }

  @Test
  void columnsOfADatasetThatLaysOpenAPersonAreRefused() {
    DatasetSchema schema = DatasetSchemas.parse("v1", AVRO.replace(",\"form\":\"tokenized\"", ""));
    for (Protection protection : Protection.values()) {
      assertThatThrownBy(() -> DatasetSchemas.columns(spec(protection), schema))
          .hasMessageContaining("account");
    }
    assertThat(List.of(Protection.values())).hasSize(2);
  }
}
