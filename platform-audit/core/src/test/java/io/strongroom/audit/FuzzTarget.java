package io.strongroom.audit;

import io.strongroom.audit.evidence.EvidenceFuzz;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** What is fuzzed, with the inputs to begin with. */
record FuzzTarget(Class<?> type, Attempt attempt, Seeds seeds) {

  interface Attempt {
    void on(byte[] input) throws IOException;
  }

  interface Seeds {
    List<byte[]> read() throws IOException;
  }

  static Stream<FuzzTarget> all() {
    return Stream.of(
        new FuzzTarget(NoteFuzz.class, NoteFuzz::fuzzerTestOneInput, NoteFuzz::seeds),
        new FuzzTarget(PolicyFuzz.class, PolicyFuzz::fuzzerTestOneInput, PolicyFuzz::seeds),
        new FuzzTarget(BundleFuzz.class, BundleFuzz::fuzzerTestOneInput, BundleFuzz::seeds),
        new FuzzTarget(
            LogObjectFuzz.class, LogObjectFuzz::fuzzerTestOneInput, LogObjectFuzz::seeds),
        new FuzzTarget(ProofFuzz.class, ProofFuzz::fuzzerTestOneInput, ProofFuzz::seeds),
        new FuzzTarget(EvidenceFuzz.class, EvidenceFuzz::fuzzerTestOneInput, EvidenceFuzz::seeds));
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }
}
