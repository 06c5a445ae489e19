package io.strongroom.examples.lake.transactions;

import io.strongroom.examples.lake.LakeErrorCode;
import io.strongroom.examples.lake.LakeException;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.examples.lake.source.SourceFile;
import io.strongroom.pipeline.PartitionContext;
import io.strongroom.pipeline.PartitionOutcome;
import io.strongroom.pipeline.RunContext;
import io.strongroom.pipeline.StagedUpload;
import io.strongroom.pipeline.Step;
import io.strongroom.storage.run.RunRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Stores the source file in bronze exactly as received, encrypted as one message. */
final class ReceiveStep implements Step {
  static final String NAME = "receive";

  /** The one partition of the steps that work on a whole file. */
  static final String FILE = "file";

  private static final int LONGEST_NAME = 100;

  private final SourceFile source;

  ReceiveStep(SourceFile source) {
    this.source = source;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> partitions(RunContext run) {
    return List.of(FILE);
  }

  @Override
  public PartitionOutcome run(PartitionContext context) {
    context.run().progress().step("storing " + source.name() + " in bronze");
    MessageDigest digest = sha256();
    try (InputStream file = Files.newInputStream(source.path());
        StagedUpload upload =
            context.enveloped(
                LakeDatasets.BRONZE.ref(),
                ingestDate(context.run().request()),
                storedName(source.name()))) {
      OutputStream sink = upload.stream();
      byte[] buffer = new byte[1 << 16];
      for (int read = file.read(buffer); read >= 0; read = file.read(buffer)) {
        context.check();
        digest.update(buffer, 0, read);
        sink.write(buffer, 0, read);
      }
      if (!HexFormat.of().formatHex(digest.digest()).equals(source.sha256())) {
        throw new LakeException(
            LakeErrorCode.SOURCE_CHANGED, source.path() + " is not what it was a moment ago");
      }
      return PartitionOutcome.of(List.of(upload.finish(source.rows())));
    } catch (IOException failed) {
      throw new LakeException(
          LakeErrorCode.SOURCE_UNREADABLE, source.path() + " cannot be copied to bronze", failed);
    }
  }

  /** The partition of layers that are kept by day of arrival. */
  static Map<String, String> ingestDate(RunRequest request) {
    return Map.of(
        "ingest_date", LocalDate.ofInstant(request.requestedAt(), ZoneOffset.UTC).toString());
  }

  /** The file's name with only the characters that paths of the lake may hold. */
  static String storedName(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
    String end = plain.substring(Math.max(0, plain.length() - LONGEST_NAME));
    String allowed = end.replaceFirst("^[^A-Za-z0-9]+", "");
    return allowed.isEmpty() ? "source.csv" : allowed;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java runtime has SHA-256", impossible);
    }
  }
}
