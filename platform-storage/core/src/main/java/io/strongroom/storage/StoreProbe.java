package io.strongroom.storage;

/** Proves that a store keeps its word about conditional writes. */
public final class StoreProbe {
  private StoreProbe() {}

  public static void proveConditionalWrites(ObjectStore store) {
    throw new UnsupportedOperationException();
  }
}
