package io.strongroom.api.server;

import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.Manifest;
import io.strongroom.storage.run.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The port to the runs that the API shows. Implementations are safe for use by several threads and
 * throw a {@link io.strongroom.base.PlatformException} when they cannot tell.
 */
public interface PublishedRuns {

  /**
   * The promotions of a pipeline, newest first.
   *
   * @param pipeline whose runs
   * @param before only publications with a number less than this
   * @param limit most runs of the page, from 1
   */
  Page newest(PipelineRef pipeline, long before, int limit);

  /**
   * A decided run.
   *
   * @param pipeline whose run
   * @param run its id
   * @return empty when there is no such run or it is not yet decided
   */
  Optional<DecidedRun> find(PipelineRef pipeline, RunId run);

  /**
   * A page of promotions.
   *
   * @param runs newest first; unmodifiable
   * @param more whether there are older ones
   */
  record Page(List<Promotion> runs, boolean more) {

    /** Copies the runs. */
    public Page {
      runs = List.copyOf(runs);
    }
  }

  /**
   * A publication that made a run live.
   *
   * @param run the run
   * @param seq number of the publication
   * @param at when
   */
  record Promotion(RunId run, long seq, Instant at) {}

  /**
   * A run with its manifest.
   *
   * @param manifest its manifest, already verified
   * @param live whether it is live as of the newest publication
   * @param seq number of the publication that made it live; empty when none did
   */
  record DecidedRun(Manifest manifest, boolean live, OptionalLong seq) {}
}
