package io.strongroom.crypto;

import io.strongroom.crypto.signing.KeyringFuzz;
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
        new FuzzTarget(HeaderFuzz.class, HeaderFuzz::fuzzerTestOneInput, HeaderFuzz::seeds),
        new FuzzTarget(FramesFuzz.class, FramesFuzz::fuzzerTestOneInput, FramesFuzz::seeds),
        new FuzzTarget(KeyringFuzz.class, KeyringFuzz::fuzzerTestOneInput, KeyringFuzz::seeds));
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }
}
