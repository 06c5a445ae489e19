package io.strongroom.storage.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes rules away by changing operations on their way to the store. */
final class Variation implements Function<Operation, Reply> {
  private final Set<Rule> without;
  private final Contents contents;
  private final Function<Operation, Reply> answers;
  private Operation.@Nullable PutIfMatch delayed;
  private Operation.@Nullable PutIfAbsent ended;
  private @Nullable Reply pointer;
  private boolean listing;

  private Variation(Set<Rule> without, Contents contents, Function<Operation, Reply> answers) {
    this.without = without;
    this.contents = contents;
    this.answers = answers;
  }

  static Function<Operation, Reply> of(
      Set<Rule> without, Contents contents, Function<Operation, Reply> answers) {
    return without.isEmpty() ? answers : new Variation(without, contents, answers);
  }

  @Override
  public Reply apply(Operation operation) {
    if (without.contains(Rule.INTENT) && operation instanceof Operation.FindIntent find) {
      return new Reply.Intent(Optional.of(Snapshot.receipt(find.id())));
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
    if (without.contains(Rule.POINTER_IF_MATCH) && operation instanceof Operation.PutIfMatch put) {
      return answers.apply(new Operation.Put(put.key(), put.content()));
    }
    if (without.contains(Rule.HOLDS)
        && operation instanceof Operation.ListKeys list
        && list.prefix().equals(Bench.PATHS.holds())) {
      return new Reply.Listing(List.of());
    }
    if (without.contains(Rule.LOOKED_AGAIN)) {
      return lookingOnce(operation);
    }
    if (without.contains(Rule.RETIRED_FIRST)) {
      return retiringLast(operation);
    }
    return without.contains(Rule.ENDED_FIRST) ? neverEnding(operation) : answers.apply(operation);
  }

  /** The pointer is moved to a retirement only when everything is deleted. */
  private Reply retiringLast(Operation operation) {
    if (operation instanceof Operation.PutIfMatch put && pointsAtRetirement(put.content())) {
      delayed = put;
      return new Reply.Won(Contents.etag(put.content()));
    }
    Operation.PutIfMatch later = delayed;
    if (later != null && operation.equals(new Operation.Get(later.key()))) {
      return new Reply.Content(later.content());
    }
    if (later != null
        && operation instanceof Operation.PutIfAbsent put
        && put.key().endsWith("/done.json")) {
      delayed = null;
      return answers.apply(later) instanceof Reply.Unknown
          ? new Reply.Unknown()
          : answers.apply(operation);
    }
    return answers.apply(operation);
  }

  /** Whoever has begun to list live files finds the pointer where it was. */
  private Reply lookingOnce(Operation operation) {
    listing |= operation instanceof Operation.ListKeys list && Snapshot.isList(list.prefix());
    Reply before = pointer;
    if (!operation.equals(new Operation.Get(Bench.PATHS.latest()))) {
      return answers.apply(operation);
    }
    pointer = listing && before != null ? before : answers.apply(operation);
    return pointer;
  }

  private boolean pointsAtRetirement(int pointer) {
    String digest = text(pointer).replaceFirst(".*\"digest\":\"([0-9a-f]{64})\".*", "$1");
    return text(contents.find(digest)).contains("\"kind\":\"RETIRE\"");
  }

  /** Whoever ends a run is told that it is ended, and nothing is stored. */
  private Reply neverEnding(Operation operation) {
    if (operation instanceof Operation.PutIfAbsent put && isAborted(put.content())) {
      ended = put;
      return new Reply.Won(Contents.etag(put.content()));
    }
    Operation.PutIfAbsent believed = ended;
    if (believed != null && operation.equals(new Operation.Get(believed.key()))) {
      return new Reply.Content(believed.content());
    }
    return answers.apply(operation);
  }

  private boolean isAborted(int content) {
    return text(content).contains("\"status\":\"ABORTED\"");
  }

  private String text(int content) {
    return new String(contents.content(content), StandardCharsets.UTF_8);
  }

  static String shortened(String key) {
    return key.replaceFirst("(/publications/[0-9]+)-[0-9a-f]{64}", "$1");
  }
}
