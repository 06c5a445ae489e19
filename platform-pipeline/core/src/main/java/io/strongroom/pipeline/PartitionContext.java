package io.strongroom.pipeline;

import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.run.RunFiles;
import java.util.Map;

/**
 * What one attempt of one partition works with: where its files go and whether it should go on.
 *
 * <p>For the thread that runs the attempt.
 */
public final class PartitionContext {
  private final RunContext run;
  private final RunControl control;
  private final String step;
  private final String partition;
  private final int ordinal;
  private final String attempt;

  PartitionContext(
      RunContext run,
      RunControl control,
      String step,
      String partition,
      int ordinal,
      String attempt) {
    this.run = run;
    this.control = control;
    this.step = step;
    this.partition = partition;
    this.ordinal = ordinal;
    this.attempt = attempt;
  }

  /** The run that this attempt belongs to. */
  public RunContext run() {
    return run;
  }

  /** The name of the step. */
  public String step() {
    return step;
  }

  /** The name of the partition. */
  public String partition() {
    return partition;
  }

  /** The place of the partition in the plan of its step, from 0. */
  public int ordinal() {
    return ordinal;
  }

  /** Names this attempt; 16 hexadecimal digits, unlike any other attempt's. */
  public String attempt() {
    return attempt;
  }

  /**
   * The path of a file of this run. It holds the run id and the attempt, so no two attempts ever
   * write the same path: {@code part-00000.parquet} becomes {@code part-00000-<attempt>.parquet}.
   *
   * <ul>
   *   <li>bronze, quarantine, condemned: partition columns, {@code run_id}
   *   <li>silver: partition columns, {@code schema_v}, {@code run_id}
   *   <li>gold: {@code schema_v}, {@code run_id}, partition columns
   * </ul>
   *
   * Columns named year, month, day and hour come first, in this order; the others follow by name.
   *
   * @param dataset one of the pipeline's
   * @param values partition column to value; columns match {@code [a-z][a-z0-9_]{0,62}}, values
   *     match {@code [A-Za-z0-9][A-Za-z0-9._-]{0,79}}
   * @param fileName matches {@code [A-Za-z0-9][A-Za-z0-9._-]{0,199}}
   * @throws PipelineException PATH_INVALID, naming the column and not its value
   */
  public String path(DatasetRef dataset, Map<String, String> values, String fileName) {
    return DataPaths.path(spec(dataset), run.request().runId(), values, fileName, attempt);
  }

  /**
   * Starts files of this attempt one after the other, for a writer of partitions such as that of
   * platform-storage-parquet; each finished one is a {@link StagedFile} of the dataset.
   *
   * @param dataset one of the pipeline's
   * @throws PipelineException PATH_INVALID when the pipeline does not declare it
   */
  public RunFiles files(DatasetRef dataset) {
    return new RunFiles(run.store(), spec(dataset), run.request().runId(), attempt);
  }

  /**
   * Starts a file whose bytes are stored as they are given, such as a Parquet file that is
   * encrypted under the run's keys. Nothing is visible before it is finished; the caller closes it.
   *
   * @throws PipelineException PATH_INVALID as {@link #path}
   */
  public StagedUpload upload(DatasetRef dataset, Map<String, String> values, String fileName) {
    String path = path(dataset, values, fileName);
    return StagedUpload.plain(run.store(), dataset, path, values);
  }

  /**
   * Starts a file that is encrypted as one message under the run's key of the dataset; read it with
   * {@link RunContext#openEnveloped}. The caller closes it.
   *
   * @throws PipelineException PATH_INVALID as {@link #path}
   */
  public StagedUpload enveloped(DatasetRef dataset, Map<String, String> values, String fileName) {
    String path = path(dataset, values, fileName);
    EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(run.keys().objectKeys(dataset)).build();
    return StagedUpload.enveloped(
        run.store(),
        dataset,
        path,
        values,
        sink ->
            encryptor.encrypting(
                sink,
                run.keys().objectKeyId(dataset),
                run.keys().context(dataset, RunContext.FILE_PURPOSE)));
  }

  /**
   * Stops the attempt when the run was cancelled, another partition failed, or the lease is lost.
   * To be called between chunks; cheap.
   *
   * @throws PipelineException RUN_CANCELLED or LEASE_LOST
   */
  public void check() {
    control.check();
  }

  /**
   * {@link #check()}, and stops the run as soon as the rows rejected so far, in all partitions of
   * the run, open the breaker.
   *
   * @throws PipelineException BREAKER_OPENED, RUN_CANCELLED or LEASE_LOST
   */
  public void check(RowTally tally) {
    run.progress().rows(tally.input());
    control.check();
    control.rejected(step, partition, tally.reasons());
  }

  private DatasetSpec spec(DatasetRef dataset) {
    return run.pipeline()
        .dataset(dataset)
        .orElseThrow(
            () ->
                new PipelineException(
                    PipelineErrorCode.PATH_INVALID,
                    "step '"
                        + step
                        + "' writes "
                        + dataset.path()
                        + ", which the pipeline does not declare"));
  }
}
