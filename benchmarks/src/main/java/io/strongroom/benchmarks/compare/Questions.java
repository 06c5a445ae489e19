package io.strongroom.benchmarks.compare;

import java.util.List;
import java.util.Map;

/** The comparison set. */
final class Questions {
  private static final String CRYPTO = "io.strongroom.benchmarks.crypto.";
  private static final String STORAGE = "io.strongroom.benchmarks.storage.";
  private static final String AUDIT = "io.strongroom.benchmarks.audit.";
  private static final String STRONGROOM = Question.STRONGROOM;
  private static final String LIMIT = "limit";
  private static final String SDK = "aws-encryption-sdk";
  private static final String TINK = "tink";
  private static final String JDK = "jdk";
  private static final String BOUNCYCASTLE = "bouncycastle";
  private static final String AVRO = "parquet-avro";
  private static final String DUCKDB = "duckdb";
  private static final String SPARK = "spark";
  private static final String ONE_PAGE = "strongroom-single-page";
  private static final List<String> TWO_CORES = List.of(STRONGROOM, LIMIT);

  private Questions() {}

  /** All questions, in the order of the table. */
  static List<Question> all() {
    return List.of(
        stream("encrypt-64MiB", "encrypt64MiB", 16384, STRONGROOM, LIMIT, SDK, TINK, BOUNCYCASTLE),
        stream("decrypt-64MiB", "decrypt64MiB", 16384, STRONGROOM, LIMIT, SDK, TINK, BOUNCYCASTLE),
        stream("encrypt-64MiB-4KiB", "encrypt64MiB", 4096, STRONGROOM, LIMIT, SDK, TINK),
        stream("decrypt-64MiB-4KiB", "decrypt64MiB", 4096, STRONGROOM, LIMIT, SDK, TINK),
        stream("encrypt-64MiB-64KiB", "encrypt64MiB", 65536, STRONGROOM, LIMIT),
        stream("decrypt-64MiB-64KiB", "decrypt64MiB", 65536, STRONGROOM, LIMIT),
        stream("encrypt-64MiB-1MiB", "encrypt64MiB", 1 << 20, STRONGROOM, LIMIT),
        stream("decrypt-64MiB-1MiB", "decrypt64MiB", 1 << 20, STRONGROOM, LIMIT),
        new Question(
            "sdk-reads-64MiB",
            CRYPTO + "OfficialReadingBenchmark.read64MiB",
            Map.of(),
            List.of(STRONGROOM, SDK),
            List.of(),
            Unit.MEBIBYTES,
            false),
        message("message-4KiB", "encrypt4KiB", "own-key", STRONGROOM, LIMIT, SDK, TINK),
        message("message-4KiB-decrypt", "decrypt4KiB", "own-key", STRONGROOM, LIMIT, SDK, TINK),
        message("message-4KiB-cached", "encrypt4KiB", "cached-key", STRONGROOM, LIMIT, SDK),
        message("message-4KiB-cached-decrypt", "decrypt4KiB", "cached-key", STRONGROOM, LIMIT, SDK),
        message("message-4KiB-signed", "encrypt4KiB", "signed", STRONGROOM, SDK),
        message("message-4KiB-signed-decrypt", "decrypt4KiB", "signed", STRONGROOM, SDK),
        range("range-4KiB", "openAndRead4KiB", STRONGROOM, LIMIT, SDK, TINK),
        range("range-4KiB-open", "read4KiB", STRONGROOM, LIMIT, TINK),
        tokens("ff1-pan", "ff1Pan"),
        tokens("ff1-pan-column", "ff1PanColumn"),
        signature("sign-ed25519", "sign", "ED25519"),
        signature("verify-ed25519", "verify", "ED25519"),
        signature("sign-p256", "sign", "ECDSA_P256"),
        signature("verify-p256", "verify", "ECDSA_P256"),
        signature("sign-p384", "sign", "ECDSA_P384"),
        signature("verify-p384", "verify", "ECDSA_P384"),
        new Question(
            "cold-256MiB",
            CRYPTO + "ColdBenchmark.first256MiB",
            Map.of(),
            List.of(STRONGROOM, LIMIT, SDK, TINK),
            List.of(),
            Unit.MEBIBYTES,
            true),
        parquetWrite("parquet-write-snappy", "SNAPPY", STRONGROOM, ONE_PAGE, AVRO, DUCKDB),
        parquetWrite("parquet-write-bytes", "BYTES", STRONGROOM, AVRO),
        parquetWrite(
            "parquet-write-snappy-encrypted",
            "SNAPPY_ENCRYPTED",
            STRONGROOM,
            ONE_PAGE,
            AVRO,
            "parquet-avro-plain"),
        parquetWrite(
            "parquet-write-bytes-encrypted",
            "BYTES_ENCRYPTED",
            STRONGROOM,
            AVRO,
            "parquet-avro-plain"),
        parquetWrite(
            "parquet-write-zstd", "ZSTD", STRONGROOM, "strongroom-zstd3", AVRO, DUCKDB, SPARK),
        parquetWrite("parquet-write-uncompressed", "UNCOMPRESSED", STRONGROOM, AVRO, DUCKDB),
        new Question(
            "parquet-first-file",
            STORAGE + "FirstFileBenchmark.firstFile",
            Map.of(),
            List.of(STRONGROOM, "strongroom-plain"),
            List.of(),
            Unit.ROWS,
            true),
        parquetRead("parquet-read-snappy", "SNAPPY", STRONGROOM, AVRO, DUCKDB),
        parquetRead("parquet-read-snappy-encrypted", "SNAPPY_ENCRYPTED", STRONGROOM, AVRO),
        parquetRead("parquet-read-projection", "PROJECTION", STRONGROOM, AVRO, DUCKDB),
        new Question(
            "audit-append",
            AUDIT + "AppendBenchmark.append",
            Map.of(),
            List.of(STRONGROOM, LIMIT, "naive-chain"),
            List.of(),
            Unit.ENTRIES,
            false),
        verifyRun("audit-verify-run", "CONTIGUOUS"),
        verifyRun("audit-verify-run-interleaved", "INTERLEAVED"));
  }

  private static Question verifyRun(String id, String layout) {
    return new Question(
        id,
        AUDIT + "VerifyRunBenchmark.verify",
        Map.of("layout", layout),
        List.of(STRONGROOM, "naive-chain"),
        List.of(),
        Unit.MICROSECONDS,
        false);
  }

  private static Question parquetWrite(String id, String task, String... contenders) {
    return new Question(
        id,
        STORAGE + "ParquetWriteBenchmark.write",
        Map.of("task", task),
        List.of(contenders),
        List.of(STRONGROOM),
        Unit.ROWS,
        false);
  }

  private static Question parquetRead(String id, String task, String... contenders) {
    return new Question(
        id,
        STORAGE + "ParquetReadBenchmark.read",
        Map.of("task", task),
        List.of(contenders),
        List.of(),
        Unit.ROWS,
        false);
  }

  private static Question message(String id, String method, String kind, String... contenders) {
    return new Question(
        id,
        CRYPTO + "MessageBenchmark." + method,
        Map.of("kind", kind),
        List.of(contenders),
        List.of(),
        Unit.MICROSECONDS,
        false);
  }

  private static Question range(String id, String method, String... contenders) {
    return new Question(
        id,
        CRYPTO + "RangeBenchmark." + method,
        Map.of(),
        List.of(contenders),
        List.of(),
        Unit.MICROSECONDS,
        false);
  }

  private static Question tokens(String id, String method) {
    return new Question(
        id,
        CRYPTO + "TokenBenchmark." + method,
        Map.of(),
        List.of(STRONGROOM, LIMIT, BOUNCYCASTLE),
        List.of(),
        Unit.ROWS,
        false);
  }

  private static Question signature(String id, String method, String algorithm) {
    return new Question(
        id,
        CRYPTO + "SignatureBenchmark." + method,
        Map.of("algorithm", algorithm),
        List.of(STRONGROOM, JDK),
        List.of(),
        Unit.MICROSECONDS,
        false);
  }

  private static Question stream(String id, String method, int frameLength, String... contenders) {
    return new Question(
        id,
        CRYPTO + "StreamBenchmark." + method,
        Map.of("frameLength", Integer.toString(frameLength)),
        List.of(contenders),
        TWO_CORES,
        Unit.MEBIBYTES,
        false);
  }
}
