package io.strongroom.examples.lake;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.testing.ForwardingObjectStore;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

/** Tells of each object that is created if absent, with the number that a counter shows then. */
final class MarkingStore extends ForwardingObjectStore {
  private final ObjLongConsumer<String> mark;
  private LongSupplier counter = () -> 0;

  MarkingStore(ObjectStore inner, ObjLongConsumer<String> mark) {
    super(inner);
    this.mark = mark;
  }

  void count(LongSupplier operations) {
    counter = operations;
  }

  @Override
  public WriteResult putIfAbsent(String key, byte[] content) {
    mark.accept(key, counter.getAsLong());
    return super.putIfAbsent(key, content);
  }
}
