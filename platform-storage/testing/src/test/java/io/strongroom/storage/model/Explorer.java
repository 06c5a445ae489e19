package io.strongroom.storage.model;

import io.strongroom.storage.publication.PromotionResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Explores every state that a scenario can reach, breadth first, and checks every one.
 *
 * <p>A state is what is stored, what each process has been told, what writes are on their way, and
 * the faults that are left. In one step a process does its next operation; or crashes before it, or
 * after it and before the reply; or the reply to its write is lost; or a crashed process starts
 * again; or a write that is on its way arrives. A lost reply and a crash leave the write on its
 * way, from where it arrives at once, later or never.
 *
 * <p>Operations whose reply is settled and that change nothing, such as reading an object that
 * exists and never changes, are done together with the step before them: no other process can tell.
 * Two processes of one program are the same in either order. Of states that have been expanded only
 * a fingerprint is kept, and what led to them.
 */
final class Explorer {
  private static final int DEAD = -1;
  private static final int DEAD_FOR_GOOD = -2;
  private static final int ENDED = -10;

  private final Scenario scenario;
  private final Contents contents = new Contents();
  private final Set<Rule> everywhere;
  private final Invariants invariants;
  private final List<Histories> actors = new ArrayList<>();
  private final Map<Operation, Integer> operationNumbers = new HashMap<>();
  private final List<Operation> operations = new ArrayList<>();
  private final Map<Object, Integer> resultNumbers = new HashMap<>();
  private final List<Object> results = new ArrayList<>();
  private final FingerprintSet seen = new FingerprintSet();
  private final ArrayDeque<Draft> frontier = new ArrayDeque<>();

  /** What led to each state, in the order in which they were reached. */
  private final List<Step> steps = new ArrayList<>();

  /**
   * What led from one state to another.
   *
   * @param parent number of the state before; -1 for none
   * @param who who did it
   * @param what what happened
   * @param operation to which operation; empty text for none
   * @param reply what was told; empty text for nothing
   */
  private record Step(int parent, String who, String what, Object operation, Object reply) {
    @Override
    public String toString() {
      return who + " " + what + " " + operation + " " + reply;
    }
  }

  /**
   * What came of an exploration.
   *
   * @param states how many states were reached
   * @param quiet how many different stores were left when all was quiet
   * @param executions how often a program was run from its start
   * @param violation the first rule found broken, and how it came to that
   * @param told how often each kind of result was told, over all quiet states
   */
  record Outcome(
      int states,
      int quiet,
      int executions,
      Optional<String> violation,
      Map<String, Integer> told) {}

  Explorer(Scenario scenario) {
    this.scenario = scenario;
    // Writers and readers must agree on names; every other rule is kept by all but the actors.
    this.everywhere =
        scenario.without().contains(Rule.DIGEST_IN_NAME) ? Set.of(Rule.DIGEST_IN_NAME) : Set.of();
    this.invariants = new Invariants(contents, everywhere, scenario.held());
    IdentityHashMap<Program, Histories> shared = new IdentityHashMap<>();
    for (Program program : scenario.actors()) {
      actors.add(
          shared.computeIfAbsent(
              program,
              key -> new Histories(key, contents, scenario.without(), scenario.merging())));
    }
  }

  Outcome explore() {
    Map<String, Integer> told = new TreeMap<>();
    Optional<String> violation = Optional.empty();
    int at = -1;
    try {
      Draft start = new Draft();
      start.snapshot = prepare();
      start.crashes = scenario.crashes();
      start.lostReplies = scenario.lostReplies();
      start.slots = new int[actors.size()];
      start.restarted = new boolean[actors.size()];
      add(start, new Step(-1, "start", "", "", ""));
      for (Draft state = frontier.poll(); state != null; state = frontier.poll()) {
        at++;
        check(state, told);
        expand(state, at);
      }
    } catch (Violation e) {
      violation = Optional.of(e.getMessage() + trace(at));
    }
    int executions = actors.stream().distinct().mapToInt(Histories::executions).sum();
    return new Outcome(seen.size(), invariants.quietSnapshots(), executions, violation, told);
  }

  private Snapshot prepare() {
    Snapshot[] now = {Snapshot.empty(contents)};
    ModelStore store =
        new ModelStore(
            contents,
            Variation.of(
                everywhere,
                contents,
                operation -> {
                  Snapshot.Effect effect = now[0].apply(operation);
                  now[0] = effect.after();
                  return effect.reply();
                }));
    // The store has passed its probe.
    now[0] = now[0].with("probe/passed.v1", contents.number(new byte[0]));
    for (String run : Bench.RUNS) {
      Bench.files(run)
          .forEach((key, content) -> now[0] = now[0].with(key, contents.number(content)));
    }
    for (Program program : scenario.before()) {
      Object result = program.body().apply(new Bench(store, everywhere));
      if (result instanceof PromotionResult && !(result instanceof PromotionResult.Published)) {
        throw new AssertionError("the start is not published: " + result);
      }
    }
    return now[0];
  }

  private void check(Draft state, Map<String, Integer> told) {
    invariants.lake(state.snapshot);
    boolean quiet = true;
    Object agreed = null;
    for (int i = 0; i < state.slots.length; i++) {
      quiet &= state.slots[i] < 0;
      if (state.slots[i] <= ENDED) {
        Object result = results.get(ENDED - state.slots[i]);
        invariants.requireTruth(actors.get(i).name(), result, state.snapshot);
        if (scenario.agree() && agreed != null && !agreed.equals(result)) {
          throw new Violation("two processes were told different things");
        }
        agreed = result;
      }
    }
    if (quiet) {
      if (scenario.listing()) {
        invariants.requireLists(state.snapshot);
      }
      invariants.requireLife(state.snapshot);
      for (int slot : state.slots) {
        if (slot <= ENDED) {
          told.merge(results.get(ENDED - slot).getClass().getSimpleName(), 1, Integer::sum);
        }
      }
    }
  }

  private void expand(Draft state, int at) {
    for (int i = 0; i < state.slots.length; i++) {
      String name = actors.get(i).name();
      if (state.slots[i] == DEAD) {
        Draft next = state.copy();
        next.slots[i] = 0;
        next.restarted[i] = true;
        add(next, new Step(at, name, "starts again", "", ""));
      } else if (state.slots[i] >= 0) {
        act(state, at, i, name);
      }
    }
    for (int i = 0; i < state.onTheirWay.size(); i++) {
      Operation operation = operations.get(state.onTheirWay.get(i));
      requireMayGo(state, operation);
      Draft next = state.copy();
      next.onTheirWay.remove(i);
      next.snapshot = state.snapshot.apply(operation).after();
      add(next, new Step(at, "", "arrives:", operation, ""));
    }
  }

  private void act(Draft state, int at, int i, String name) {
    Operation operation = actors.get(i).next(state.slots[i]);
    if (operation == null) {
      throw new AssertionError("a process that has ended is still there");
    }
    requireMayGo(state, operation);
    Snapshot.Effect effect = state.snapshot.apply(operation);
    boolean lands = operation.isObjectWrite() && state.snapshot.canStillLand(operation);

    Draft done = state.copy();
    done.snapshot = effect.after();
    done.slots[i] = actors.get(i).after(state.slots[i], effect.reply());
    Object reply = effect.reply() instanceof Reply.Listing ? "a listing" : effect.reply();
    add(done, new Step(at, name, ":", operation, reply));

    if (operation.isObjectWrite() && operation.tellsOutcome() && state.lostReplies > 0) {
      Draft lost = state.copy();
      lost.lostReplies--;
      lost.slots[i] = actors.get(i).after(state.slots[i], new Reply.Unknown());
      if (lands) {
        lost.onTheirWay.add(number(operation));
      }
      add(lost, new Step(at, name, "loses the reply to", operation, ""));
    }
    if (state.crashes > 0) {
      Draft crashed = state.copy();
      crashed.crashes--;
      crashed.slots[i] = state.restarted[i] ? DEAD_FOR_GOOD : DEAD;
      if (lands) {
        // On its way and never arriving is a crash before it.
        crashed.onTheirWay.add(number(operation));
      }
      add(crashed, new Step(at, name, "crashes at", operation, ""));
      if (!operation.isObjectWrite() && !effect.after().equals(state.snapshot)) {
        Draft after = crashed.copy();
        after.snapshot = effect.after();
        add(after, new Step(at, name, "crashes after", operation, ""));
      }
    }
  }

  private void requireMayGo(Draft state, Operation operation) {
    if (operation instanceof Operation.Delete delete && state.snapshot.has(delete.key())) {
      for (int slot : state.slots) {
        if (slot <= ENDED) {
          invariants.requireMayGo(delete.key(), results.get(ENDED - slot), state.snapshot);
        }
      }
    }
  }

  /** Completes a state, and keeps it when it is new. */
  private void add(Draft draft, Step step) {
    for (int i = 0; i < draft.slots.length; i++) {
      if (draft.slots[i] >= 0) {
        int node = actors.get(i).advance(draft.slots[i], draft.snapshot);
        Object result = actors.get(i).result(node);
        draft.slots[i] = result == null ? node : ENDED - number(result);
      }
    }
    draft.onTheirWay.removeIf(operation -> !draft.snapshot.canStillLand(operations.get(operation)));
    Collections.sort(draft.onTheirWay);
    draft.order();
    if (seen.add(draft.fingerprint())) {
      frontier.add(draft);
      steps.add(step);
    }
  }

  private int number(Operation operation) {
    return operationNumbers.computeIfAbsent(
        operation,
        key -> {
          operations.add(key);
          return operations.size() - 1;
        });
  }

  private int number(Object result) {
    return resultNumbers.computeIfAbsent(
        result,
        key -> {
          results.add(key);
          return results.size() - 1;
        });
  }

  private String trace(int at) {
    List<String> path = new ArrayList<>();
    for (int state = at; state >= 0; state = steps.get(state).parent()) {
      path.add("\n    " + steps.get(state));
    }
    Collections.reverse(path);
    return String.join("", path);
  }

  private final class Draft {
    Snapshot snapshot = Snapshot.empty(contents);
    int crashes;
    int lostReplies;
    int[] slots = {};
    boolean[] restarted = {};
    List<Integer> onTheirWay = new ArrayList<>();

    Draft copy() {
      Draft copy = new Draft();
      copy.snapshot = snapshot;
      copy.crashes = crashes;
      copy.lostReplies = lostReplies;
      copy.slots = slots.clone();
      copy.restarted = restarted.clone();
      copy.onTheirWay = new ArrayList<>(onTheirWay);
      return copy;
    }

    /** Processes of one program in the order of what they have come to. */
    void order() {
      for (int i = 0; i < slots.length; i++) {
        for (int j = i + 1; j < slots.length; j++) {
          if (actors.get(i) == actors.get(j)
              && (slots[j] < slots[i] || (slots[j] == slots[i] && restarted[i] && !restarted[j]))) {
            int slot = slots[i];
            slots[i] = slots[j];
            slots[j] = slot;
            boolean again = restarted[i];
            restarted[i] = restarted[j];
            restarted[j] = again;
          }
        }
      }
    }

    Fingerprint fingerprint() {
      int count = slots.length;
      int[] numbers = new int[3 + count + onTheirWay.size()];
      numbers[0] = crashes + 1;
      numbers[1] = lostReplies + 1;
      numbers[2] = 1;
      for (int i = 0; i < count; i++) {
        numbers[2] |= restarted[i] ? 2 << i : 0;
        // 0 would stand for nothing.
        numbers[3 + i] = slots[i] >= 0 ? slots[i] + 1 : slots[i];
      }
      for (int i = 0; i < onTheirWay.size(); i++) {
        numbers[3 + count + i] = onTheirWay.get(i) + 1;
      }
      return snapshot.fingerprint().and(numbers);
    }
  }
}
