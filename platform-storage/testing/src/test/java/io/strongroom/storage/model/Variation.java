package io.strongroom.storage.model;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Takes rules away by changing operations on their way to the store. */
final class Variation {
  private Variation() {}

  static Function<Operation, Reply> of(Set<Rule> without, Function<Operation, Reply> answers) {
    if (without.isEmpty()) {
      return answers;
    }
    return operation -> {
      if (without.contains(Rule.INTENT)) {
        if (operation instanceof Operation.FindIntent find) {
          return new Reply.Intent(Optional.of(Snapshot.receipt(find.id())));
        }
      }
      if (without.contains(Rule.DIGEST_IN_NAME)) {
        if (operation instanceof Operation.Get get) {
          return answers.apply(new Operation.Get(shortened(get.key())));
        } else if (operation instanceof Operation.PutIfAbsent put) {
          return answers.apply(new Operation.PutIfAbsent(shortened(put.key()), put.content()));
        }
      }
      if (without.contains(Rule.MANIFEST_IF_ABSENT)
          && operation instanceof Operation.PutIfAbsent put
          && put.key().endsWith("/manifest.json")) {
        return answers.apply(new Operation.Put(put.key(), put.content()));
      }
      if (without.contains(Rule.POINTER_IF_MATCH)
          && operation instanceof Operation.PutIfMatch put) {
        return answers.apply(new Operation.Put(put.key(), put.content()));
      }
      return answers.apply(operation);
    };
  }

  static String shortened(String key) {
    return key.replaceFirst("(/publications/[0-9]+)-[0-9a-f]{64}", "$1");
  }
}
