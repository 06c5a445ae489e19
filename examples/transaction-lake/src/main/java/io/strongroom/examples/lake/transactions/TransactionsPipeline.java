package io.strongroom.examples.lake.transactions;

import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.examples.lake.dataset.LakeSchemas;
import io.strongroom.examples.lake.source.SourceFile;
import io.strongroom.pipeline.DatasetForm;
import io.strongroom.pipeline.GatePolicy;
import io.strongroom.pipeline.Pipeline;
import io.strongroom.pipeline.RunSpec;
import io.strongroom.storage.run.InputFile;
import java.util.List;
import java.util.Optional;

/** The pipeline {@code payments/transactions}: one run a source file. */
public final class TransactionsPipeline {
  private static final String VERSION = "1";
  private static final String INPUT = "transactions.csv";

  private final TransactionSettings settings;
  private final GatePolicy gates;

  /**
   * Prepares the pipeline.
   *
   * @param settings what decides over rows
   * @param gates how many may be rejected
   */
  public TransactionsPipeline(TransactionSettings settings, GatePolicy gates) {
    this.settings = settings;
    this.gates = gates;
  }

  /**
   * The pipeline for one file.
   *
   * @param source the file
   * @return its definition
   */
  public Pipeline pipeline(SourceFile source) {
    DatasetForm rejected = LakeSchemas.form(LakeSchemas.REJECTED_ROW);
    return new Pipeline(
            LakeDatasets.TRANSACTIONS,
            VERSION,
            List.of(
                LakeDatasets.BRONZE,
                LakeDatasets.SILVER,
                LakeDatasets.QUARANTINE,
                LakeDatasets.CONDEMNED),
            List.of(new ReceiveStep(source), new ValidateStep(source, settings)),
            gates)
        .with(LakeDatasets.SILVER.ref(), LakeSchemas.form(LakeSchemas.TRANSACTION))
        .with(LakeDatasets.QUARANTINE.ref(), rejected)
        .with(LakeDatasets.CONDEMNED.ref(), rejected);
  }

  /**
   * What a run over the file is for. The name of the file is no part of it: the same bytes under
   * another name are the same file.
   *
   * @param source the file
   * @param actor who asks
   * @param again the reason to run although this file is published, or empty
   * @return the request for the runner
   */
  public RunSpec spec(SourceFile source, String actor, Optional<String> again) {
    InputFile input = new InputFile(INPUT, source.sha256(), source.bytes(), source.rows());
    return new RunSpec(
        "file-" + source.sha256().substring(0, 16),
        settings.parameters(),
        List.of(input),
        actor,
        again.isPresent(),
        again);
  }
}
