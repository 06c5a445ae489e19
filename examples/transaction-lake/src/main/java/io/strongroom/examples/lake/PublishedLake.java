package io.strongroom.examples.lake;

import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.publication.PublishedState;

/** Reads what the pipelines of the lake have published. Thread-safe. */
final class PublishedLake {
  private final ObjectStore store;
  private final Keyring keyring;

  PublishedLake(ObjectStore store, Keyring keyring) {
    this.store = store;
    this.keyring = keyring;
  }

  PublishedState read(PipelineRef pipeline) {
    return PublishedState.read(store, pipeline, keyring);
  }
}
