package io.strongroom.examples.lake.balances;

import io.strongroom.examples.lake.LakeErrorCode;
import io.strongroom.examples.lake.LakeException;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.examples.lake.dataset.LakeSchemas;
import io.strongroom.pipeline.GatePolicy;
import io.strongroom.pipeline.Pipeline;
import io.strongroom.pipeline.RunSpec;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Protection;
import io.strongroom.storage.publication.LiveFile;
import io.strongroom.storage.publication.PublishedState;
import io.strongroom.storage.run.InputFile;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pipeline {@code payments/account-balances}: one run a state of silver and last month. */
public final class BalancesPipeline {
  private static final String VERSION = "1";

  private final Protection protection;

  /**
   * Prepares the pipeline.
   *
   * @param protection how gold is stored
   */
  public BalancesPipeline(Protection protection) {
    this.protection = protection;
  }

  /**
   * The pipeline up to a month.
   *
   * @param asOf the last month of the balances
   * @return its definition
   */
  public Pipeline pipeline(YearMonth asOf) {
    DatasetSpec gold = LakeDatasets.gold(protection);
    return new Pipeline(
            LakeDatasets.BALANCES,
            VERSION,
            List.of(gold),
            List.of(new BalancesStep(asOf, gold)),
            GatePolicy.unlimited())
        .with(gold.ref(), LakeSchemas.form(LakeSchemas.BALANCE));
  }

  /**
   * What a run is for: the published silver, pinned by the digest of its generation, and the month.
   *
   * @param transactions what the pipeline of transactions has published
   * @param asOf the last month of the balances
   * @param actor who asks
   * @param again the reason to run although these balances are published, or empty
   * @return the request for the runner
   * @throws LakeException NOTHING_PUBLISHED when there is no silver
   */
  public RunSpec spec(
      PublishedState transactions, YearMonth asOf, String actor, Optional<String> again) {
    String silver = LakeDatasets.SILVER.ref().path();
    String generation =
        transactions
            .head()
            .map(publication -> publication.generations().get(silver))
            .orElseThrow(
                () ->
                    new LakeException(
                        LakeErrorCode.NOTHING_PUBLISHED, "dataset " + silver + " is empty"));
    List<LiveFile> files = transactions.liveFiles(LakeDatasets.SILVER.ref());
    InputFile input =
        new InputFile(
            silver,
            generation,
            files.stream().mapToLong(file -> file.file().bytes()).sum(),
            files.stream().mapToLong(file -> file.file().rows()).sum());
    return new RunSpec(
        asOf.toString(),
        Map.of("protection", protection.name()),
        List.of(input),
        actor,
        again.isPresent(),
        again);
  }

  /**
   * The last month in which silver has transactions, as the partitions say.
   *
   * @param transactions what the pipeline of transactions has published
   * @return the month, or empty when silver is empty
   */
  public static Optional<YearMonth> lastMonth(PublishedState transactions) {
    return transactions.liveFiles(LakeDatasets.SILVER.ref()).stream()
        .map(file -> file.file().partition())
        .map(partition -> YearMonth.parse(partition.get("year") + "-" + partition.get("month")))
        .max(YearMonth::compareTo);
  }
}
