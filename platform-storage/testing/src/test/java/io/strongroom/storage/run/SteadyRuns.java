package io.strongroom.storage.run;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import java.time.InstantSource;

/** Run stores whose time passes only while they wait: what they do does not depend on speed. */
public final class SteadyRuns {
  private SteadyRuns() {}

  /** The runs of a pipeline. */
  public static RunStore create(
      ObjectStore store,
      PipelineRef pipeline,
      Signer signer,
      Keyring keyring,
      InstantSource clock) {
    return new RunStore(store, pipeline, signer, keyring, clock, new Waiting());
  }

  private static final class Waiting implements MonotonicTime {
    private long now;

    @Override
    public synchronized long nanos() {
      return now;
    }

    @Override
    public synchronized void pause(long nanos) {
      now += nanos;
    }
  }
}
