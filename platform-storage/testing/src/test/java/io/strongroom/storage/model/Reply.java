package io.strongroom.storage.model;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.publication.IntentReceipt;
import java.util.List;
import java.util.Optional;

/** What an actor is told; with its program, the sequence of these is all of its state. */
sealed interface Reply {
  /** Number of the content, or -1 when there is no such object. */
  record Content(int number) implements Reply {}

  record Info(Optional<ObjectInfo> info) implements Reply {}

  record Listing(List<ObjectInfo> objects) implements Reply {}

  record Won(String etag) implements Reply {}

  record Lost() implements Reply {}

  record Unknown() implements Reply {}

  record Deleted() implements Reply {}

  record Told(boolean yes) implements Reply {}

  record Intent(Optional<IntentReceipt> receipt) implements Reply {}
}
