package io.strongroom.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.run.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A small pipeline: rows {@code id,amount} of named inputs into silver, bad ones into quarantine
 * and condemned, one partition an input; then the number of good rows into gold.
 */
final class RowsPipeline {
  static final PipelineRef REF = new PipelineRef("payments", "rows");
  static final DatasetRef SILVER = new DatasetRef(Layer.SILVER, "payments", "rows");
  static final DatasetRef QUARANTINE = new DatasetRef(Layer.QUARANTINE, "payments", "rows");
  static final DatasetRef CONDEMNED = new DatasetRef(Layer.CONDEMNED, "payments", "rows");
  static final DatasetRef GOLD = new DatasetRef(Layer.GOLD, "payments", "row-counts");

  static final RejectReason NULL_VALUE = RejectReason.quarantine("NULL_VALUE_ERROR");
  static final RejectReason TYPE = RejectReason.quarantine("TYPE_ERROR");
  static final RejectReason DUPLICATE = RejectReason.condemned("DUPLICATE_TRANSACTION");

  static final RowRules<String[]> RULES =
      RowRules.<String[]>builder()
          .rule(
              "values-present",
              row ->
                  row[1].isEmpty()
                      ? RowVerdict.rejected(NULL_VALUE, "amount")
                      : RowVerdict.accepted())
          .rule(
              "amount-is-a-number",
              row ->
                  row[1].isEmpty() || row[1].matches("-?\\d+")
                      ? RowVerdict.accepted()
                      : RowVerdict.rejected(TYPE, "amount"))
          .rule(
              "not-seen-before",
              row ->
                  row[0].startsWith("dup")
                      ? RowVerdict.rejected(DUPLICATE, "id")
                      : RowVerdict.accepted())
          .build();

  private final SortedMap<String, String> inputs = new TreeMap<>();

  RowsPipeline input(String name, String... rows) {
    inputs.put(name, String.join("\n", rows) + "\n");
    return this;
  }

  static RowsPipeline small() {
    return new RowsPipeline()
        .input("a", "1,10", "2,20", "3,", "4,40")
        .input("b", "5,50", "6,sixty", "dup7,70");
  }

  static List<String> smallSilver() {
    return List.of("1,10", "2,20", "4,40", "5,50");
  }

  Pipeline pipeline() {
    return pipeline(GatePolicy.unlimited());
  }

  Pipeline pipeline(GatePolicy gates) {
    return of(gates, new Split(), new Count());
  }

  static Pipeline of(GatePolicy gates, Step... steps) {
    return new Pipeline(
        REF,
        "1",
        List.of(
            spec(SILVER, DatasetMode.APPEND),
            spec(QUARANTINE, DatasetMode.APPEND),
            spec(CONDEMNED, DatasetMode.APPEND),
            spec(GOLD, DatasetMode.APPEND)),
        List.of(steps),
        gates);
  }

  private static DatasetSpec spec(DatasetRef ref, DatasetMode mode) {
    return new DatasetSpec(ref, mode, Protection.SEALED, ConflictRule.NONE, "v1");
  }

  RunSpec spec() {
    return RunSpec.of("2024-01", inputFiles(), "tester");
  }

  List<InputFile> inputFiles() {
    return inputs.entrySet().stream()
        .map(
            input -> {
              byte[] content = input.getValue().getBytes(UTF_8);
              return new InputFile(
                  input.getKey(),
                  HexFormat.of().formatHex(Sha256.digest().digest(content)),
                  content.length,
                  input.getValue().lines().count());
            })
        .toList();
  }

  /** Judges the rows of one input a partition. */
  final class Split implements Step {
    @Override
    public String name() {
      return "split";
    }

    @Override
    public List<String> partitions(RunContext run) {
      return List.copyOf(inputs.keySet());
    }

    @Override
    public PartitionOutcome run(PartitionContext context) {
      RowTally tally = new RowTally();
      Map<DatasetRef, List<String>> lines = new TreeMap<>(Comparator.comparing(DatasetRef::path));
      inputs
          .get(context.partition())
          .lines()
          .forEach(
              line -> {
                Rejections rejections = RULES.judge(line.split(",", -1));
                tally.count(rejections);
                context.check(tally);
                lines.computeIfAbsent(goesTo(rejections), dataset -> new ArrayList<>()).add(line);
              });
      List<StagedFile> files = new ArrayList<>();
      lines.forEach(
          (dataset, rows) ->
              files.add(
                  write(
                      context,
                      dataset,
                      dataset.layer() == Layer.SILVER
                          ? Map.of("year", "2024", "month", "01")
                          : Map.of("ingest_date", "2024-02-01"),
                      rows)));
      return PartitionOutcome.of(files, tally);
    }

    private static DatasetRef goesTo(Rejections rejections) {
      if (rejections.isEmpty()) {
        return SILVER;
      }
      return rejections.destination() == Destination.CONDEMNED ? CONDEMNED : QUARANTINE;
    }
  }

  /** Reads what the first step wrote and writes the number of its rows. */
  static final class Count implements Step {
    @Override
    public String name() {
      return "count";
    }

    @Override
    public List<String> partitions(RunContext run) {
      return List.of("all");
    }

    @Override
    public PartitionOutcome run(PartitionContext context) {
      long rows = 0;
      for (PartitionOutcome outcome : context.run().outcomes("split").values()) {
        for (StagedFile staged : outcome.files()) {
          if (staged.dataset().equals(SILVER)) {
            rows += read(context.run(), staged).lines().count();
          }
        }
      }
      return PartitionOutcome.of(
          List.of(
              write(
                  context, GOLD, Map.of("as_of_month", "2024-01"), List.of(Long.toString(rows)))));
    }
  }

  static String read(RunContext run, StagedFile staged) {
    try (InputStream in = run.openEnveloped(run.keys(), staged.dataset(), staged.file().path())) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static StagedFile write(
      PartitionContext context, DatasetRef dataset, Map<String, String> values, List<String> rows) {
    try (StagedUpload upload = context.enveloped(dataset, values, "part-00000.txt")) {
      upload.stream().write((String.join("\n", rows) + "\n").getBytes(UTF_8));
      return upload.finish(rows.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
