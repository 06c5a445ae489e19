package io.strongroom.storage.sql;

import static io.strongroom.storage.sql.PublishedLake.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.parquet.ParquetLayout;
import io.strongroom.storage.schema.Classification;
import io.strongroom.storage.schema.DatasetSchema;
import io.strongroom.storage.schema.FieldType;
import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Scalar;
import io.strongroom.storage.schema.SchemaField;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.tree.ParseTree;
import org.apache.spark.sql.catalyst.parser.SqlBaseLexer;
import org.apache.spark.sql.catalyst.parser.SqlBaseParser;
import org.apache.spark.sql.catalyst.parser.UpperCaseCharStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The parser of Spark, whose language has the DDL of Hive that Athena takes, reads every statement.
 */
@Tag("verify")
class AthenaDdlTest {
  private static final DatasetSpec SPEC = spec(Protection.ENGINE_READABLE, "v1");
  private static final DatasetSchema SCHEMA =
      DatasetSchema.of(
          "v1",
          SchemaField.required("Account", Scalar.STRING, Classification.INTERNAL),
          SchemaField.nullable("order", new Decimal(9, 2), Classification.SENSITIVE),
          SchemaField.required("entries", Scalar.LONG, Classification.PUBLIC));

  @TempDir Path folder;

  private static String s3(String key) {
    return "s3://bank-silver/" + key;
  }

  /** The nodes of a kind in the tree of a statement, each as its text without white space. */
  private static List<String> parts(String sql, String kind) {
    SqlBaseLexer lexer = new SqlBaseLexer(new UpperCaseCharStream(CharStreams.fromString(sql)));
    SqlBaseParser parser = new SqlBaseParser(new CommonTokenStream(lexer));
    parser.double_quoted_identifiers = sql.startsWith("CREATE OR REPLACE VIEW");
    BaseErrorListener strict =
        new BaseErrorListener() {
          @Override
          public void syntaxError(
              Recognizer<?, ?> recognizer,
              @Nullable Object symbol,
              int line,
              int column,
              String message,
              @Nullable RecognitionException e) {
            throw new AssertionError(line + ":" + column + " " + message + " in " + sql);
          }
        };
    lexer.removeErrorListeners();
    parser.removeErrorListeners();
    lexer.addErrorListener(strict);
    parser.addErrorListener(strict);
    List<String> found = new ArrayList<>();
    collect(parser.singleStatement(), kind + "Context", found);
    return found;
  }

  private static void collect(ParseTree tree, String kind, List<String> found) {
    if (tree.getClass().getSimpleName().equals(kind)) {
      found.add(tree.getText());
    }
    for (int i = 0; i < tree.getChildCount(); i++) {
      collect(tree.getChild(i), kind, found);
    }
  }

  private PublishedLake lake() throws Exception {
    PublishedLake lake = new PublishedLake(folder);
    lake.register(SPEC, SCHEMA);
    lake.publish("r-1", SPEC, SCHEMA, ParquetLayout.STANDARD, 3, "2024-01", "2024-02");
    lake.publish("r-2", SPEC, SCHEMA, ParquetLayout.STANDARD, 3, "2024-02");
    return lake;
  }

  private static PublishedTable table(PublishedLake lake) {
    return PublishedTable.of(lake.store, lake.state(), SPEC.ref());
  }

  @Test
  void theStatementsNameTheLiveFoldersAndNoOthers() throws Exception {
    List<String> sql = table(lake()).athena("bank", "balances", AthenaDdlTest::s3).statements();
    assertThat(sql).hasSize(3);
    assertThat(parts(sql.get(0), "CreateOrReplaceTableColType"))
        .containsExactly("`account`string", "`order`decimal(9,2)", "`entries`bigint");
    assertThat(parts(sql.get(0), "PartitionColumn")).hasSize(2);
    assertThat(parts(sql.get(0), "LocationSpec"))
        .containsExactly("LOCATION's3://bank-silver/silver/payments/balances/'");
    assertThat(parts(sql.get(1), "PartitionSpecLocation"))
        .containsExactly(
            "PARTITION(`month`='2024-01',`strongroom_run`='r-1')LOCATION"
                + "'s3://bank-silver/silver/payments/balances/month=2024-01/run_id=r-1/'",
            "PARTITION(`month`='2024-02',`strongroom_run`='r-2')LOCATION"
                + "'s3://bank-silver/silver/payments/balances/month=2024-02/run_id=r-2/'");
    assertThat(parts(sql.get(2), "NamedExpression"))
        .containsExactly("\"account\"", "\"order\"", "\"entries\"", "\"month\"");
    assertThat(sql.get(0)).contains("`bank`.`balances_p2`");
    assertThat(sql.get(2)).endsWith("FROM \"bank\".\"balances_p2\"");
  }

  @Test
  void manyPartitionsBecomeSeveralStatements() throws Exception {
    PublishedLake lake = new PublishedLake(folder);
    lake.register(SPEC, SCHEMA);
    String[] days = new String[101];
    for (int i = 0; i < days.length; i++) {
      days[i] = String.format(Locale.ROOT, "%03d", i);
    }
    lake.publish("r-1", SPEC, SCHEMA, ParquetLayout.STANDARD, 1, days);
    List<String> sql =
        table(lake)
            .partitionType("month", Scalar.INT)
            .athena("bank", "balances", AthenaDdlTest::s3)
            .statements();
    assertThat(sql).hasSize(4);
    assertThat(parts(sql.get(1), "PartitionSpecLocation")).hasSize(100);
    assertThat(parts(sql.get(2), "PartitionSpecLocation")).hasSize(1);
    assertThat(sql.get(2)).contains("`month` = 100,");
  }

  @Test
  void everyTypeThatAthenaHasIsDeclared() throws Exception {
    List<String> types =
        List.of(
            "boolean",
            "int",
            "long",
            "float",
            "double",
            "string",
            "bytes",
            "date",
            "timestamp-millis",
            "timestamp-micros",
            "local-timestamp-millis",
            "local-timestamp-micros",
            "decimal(38,10)",
            "fixed(16)",
            "enum<A,B>",
            "list<string?>",
            "map<decimal(9,2)>",
            "record<a:int,b:list<record<c:date?>>?>");
    PublishedLake lake = new PublishedLake(folder);
    SchemaField[] fields = new SchemaField[types.size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] =
          SchemaField.nullable("f" + i, FieldType.parse(types.get(i)), Classification.PUBLIC);
    }
    lake.register(SPEC, DatasetSchema.of("v1", fields));
    String create = table(lake).athena("bank", "balances", AthenaDdlTest::s3).statements().get(0);
    assertThat(parts(create, "CreateOrReplaceTableColType"))
        .hasSize(types.size())
        .contains("`f2`bigint", "`f15`array<string>", "`f16`map<string,decimal(9,2)>")
        .endsWith("`f17`struct<`a`:int,`b`:array<struct<`c`:date>>>");
    for (String type : List.of("uuid", "time-millis", "list<time-micros>")) {
      PublishedLake other = new PublishedLake(folder.resolve(type.replaceAll("\\W", "_")));
      other.register(
          SPEC,
          DatasetSchema.of(
              "v1", SchemaField.nullable("at", FieldType.parse(type), Classification.PUBLIC)));
      refused(
          StorageErrorCode.SQL_REFUSED,
          () -> table(other).athena("bank", "balances", AthenaDdlTest::s3).statements(),
          "'at'");
    }
  }

  private static void refused(StorageErrorCode code, Runnable action, String... words) {
    assertThatThrownBy(action::run)
        .isInstanceOf(StorageException.class)
        .hasMessageContainingAll(words)
        .extracting(e -> ((StorageException) e).code())
        .isEqualTo(code);
  }

  @Test
  void whatAthenaWouldReadOtherwiseIsRefusedByName() throws Exception {
    PublishedLake lake = lake();
    String stray = SPEC.ref().path() + "/month=2024-01/run_id=r-1/part-9.parquet";
    lake.store.putIfAbsent(stray, new byte[] {1});
    lake.store.putIfAbsent(SPEC.ref().path() + "/month=2024-02/run_id=r-2/_SUCCESS", new byte[0]);
    refused(
        StorageErrorCode.SQL_REFUSED,
        () -> table(lake).athena("bank", "balances", AthenaDdlTest::s3),
        stray);
    PublishedTable february = table(lake).between("month", "2024-02", "2024-02");
    assertThat(february.athena("bank", "balances", AthenaDdlTest::s3).statements()).hasSize(3);
    for (String name : List.of("Balances", "a`b", "", "a b")) {
      refused(
          StorageErrorCode.SQL_REFUSED, () -> february.athena("bank", name, key -> key), "name");
    }
    refused(
        StorageErrorCode.SQL_REFUSED,
        () -> february.athena("bank", "balances", key -> "s3://b'/" + key).statements(),
        "location");
    DatasetSchema wider =
        DatasetSchema.of(
            "v1",
            SCHEMA.fields().get(0),
            SchemaField.nullable("order", new Decimal(16, 2), Classification.SENSITIVE),
            SCHEMA.fields().get(2));
    lake.register(SPEC, wider);
    refused(
        StorageErrorCode.NOT_READABLE_BY_ENGINE,
        () ->
            table(lake)
                .between("month", "2024-02", "2024-02")
                .athena("bank", "balances", AthenaDdlTest::s3),
        "order",
        "r-2");
  }

  @Test
  void encryptedFilesAreRefused() throws Exception {
    DatasetSpec sealed = spec(Protection.SEALED, "v1");
    PublishedLake lake = new PublishedLake(folder);
    lake.register(sealed, SCHEMA);
    lake.publish("r-1", sealed, SCHEMA, ParquetLayout.SINGLE_PAGE, 3, "2024-01");
    refused(
        StorageErrorCode.NOT_READABLE_BY_ENGINE,
        () -> table(lake).athena("bank", "balances", AthenaDdlTest::s3),
        "r-1");
  }
}
