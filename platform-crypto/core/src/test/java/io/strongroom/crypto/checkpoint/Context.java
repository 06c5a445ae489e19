package io.strongroom.crypto.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The resources in their order. */
public class Context<R extends Resource> {
  private final List<R> resources = new ArrayList<>();

  public void register(R resource) {
    resources.add(resource);
  }

  void checkpoint() throws Exception {
    List<R> reversed = new ArrayList<>(resources);
    Collections.reverse(reversed);
    for (R resource : reversed) {
      resource.beforeCheckpoint(this);
    }
    for (R resource : resources) {
      resource.afterRestore(this);
    }
  }
}
