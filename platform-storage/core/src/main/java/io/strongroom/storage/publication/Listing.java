package io.strongroom.storage.publication;

import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Walks through a listing page by page. */
final class Listing {
  /** A folder is looked through anew for every page. */
  private static final int PAGE = 5000;

  private Listing() {}

  /** Hands every object under a prefix to a visitor, in the order of keys. */
  static void each(ObjectStore store, String prefix, Consumer<ObjectInfo> visitor) {
    @Nullable String after = null;
    while (true) {
      List<ObjectInfo> page = store.list(prefix, after, PAGE);
      for (ObjectInfo info : page) {
        visitor.accept(info);
        after = info.key();
      }
      if (page.size() < PAGE) {
        return;
      }
    }
  }
}
