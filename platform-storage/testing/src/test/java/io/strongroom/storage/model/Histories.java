package io.strongroom.storage.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The states of one program. A program is deterministic, so its state is the sequence of replies it
 * has seen: a node of a tree. What it does next is found by running it from its start with those
 * replies and cutting it off at the operation after them; that is done once for every node.
 */
final class Histories {
  private final Program program;
  private final Contents contents;
  private final Set<Rule> without;
  private final boolean merging;
  private final List<Node> nodes = new ArrayList<>();
  private int executions;

  private static final class Node {
    final @Nullable Node parent;
    final @Nullable Reply reply;
    final int number;
    final Map<Reply, Node> children = new HashMap<>(2);
    @Nullable Operation next;
    @Nullable Object result;

    Node(@Nullable Node parent, @Nullable Reply reply, int number) {
      this.parent = parent;
      this.reply = reply;
      this.number = number;
    }
  }

  /** The program failed, which no program of a scenario may. */
  record Failure(String problem) {}

  /** Cuts a program off; not an Exception, so that no code takes it for a failure. */
  private static final class Cut extends Error {
    private static final long serialVersionUID = 1L;

    Cut() {
      super("cut off", null, false, false);
    }
  }

  Histories(Program program, Contents contents, Set<Rule> without, boolean merging) {
    this.merging = merging;
    this.program = program;
    this.contents = contents;
    this.without = without;
    nodes.add(new Node(null, null, 0));
  }

  String name() {
    return program.name();
  }

  int executions() {
    return executions;
  }

  /** Goes on from a node as long as every reply is settled; 0 is the start. */
  int advance(int number, Snapshot snapshot) {
    Node node = nodes.get(number);
    while (true) {
      if (node.next == null && node.result == null) {
        execute(node, snapshot);
      }
      if (node.next == null || !snapshot.isSettled(node.next)) {
        return node.number;
      }
      node = child(node, snapshot.apply(node.next).reply());
    }
  }

  /** The node after a reply. */
  int after(int number, Reply reply) {
    return child(nodes.get(number), reply).number;
  }

  /** What the program does next; null when it has ended. */
  @Nullable Operation next(int number) {
    return nodes.get(number).next;
  }

  /** What the program returned; null when it has not ended. */
  @Nullable Object result(int number) {
    return nodes.get(number).result;
  }

  /**
   * The node after a reply. When merging, different replies that leave a program in the same state
   * lead to the same node: its own bytes found where it wanted to create them are as good as having
   * created them; a creation that is found not to have happened is about to be tried again; an
   * intent found is as good as one appended; a pointer that did not move, or may not have, is read
   * again. That this holds is a property of the code, which is checked as far as the program must
   * then do the same next, and is not assumed when everything is explored.
   */
  private Node child(Node node, Reply reply) {
    if (merging && node.parent != null) {
      Node before = node.parent;
      if (node.next instanceof Operation.AppendIntent append
          && before.next instanceof Operation.FindIntent find
          && append.id().equals(find.id())) {
        return child(before, reply);
      }
      if (!(node.reply instanceof Reply.Won)
          && node.next instanceof Operation.Get get
          && Snapshot.isImmutable(get.key())
          && reply instanceof Reply.Content content
          && before.next instanceof Operation.PutIfAbsent put
          && get.key().equals(put.key())) {
        if (content.number() == put.content()) {
          return child(before, new Reply.Won(Contents.etag(put.content())));
        }
        if (content.number() < 0) {
          return before;
        }
        if (node.reply instanceof Reply.Unknown) {
          return child(child(before, new Reply.Lost()), reply, node.next);
        }
      }
    }
    if (merging
        && reply instanceof Reply.Unknown
        && (node.next instanceof Operation.PutIfMatch
            || (node.next instanceof Operation.PutIfAbsent put
                && !Snapshot.isImmutable(put.key())))) {
      return child(node, new Reply.Lost());
    }
    Node child = node.children.get(reply);
    if (child == null) {
      child = new Node(node, reply, nodes.size());
      node.children.put(reply, child);
      nodes.add(child);
    }
    return child;
  }

  private Node child(Node node, Reply reply, Operation next) {
    if (node.next == null) {
      node.next = next;
    }
    return child(node, reply);
  }

  private void execute(Node node, Snapshot snapshot) {
    executions++;
    List<Node> path = new ArrayList<>();
    for (Node step = node; step.parent != null; step = step.parent) {
      path.add(step);
    }
    Collections.reverse(path);
    Replay replay = new Replay(nodes.get(0), path, snapshot);
    ModelStore store = new ModelStore(contents, Variation.of(without, contents, replay));
    try {
      Object result = program.body().apply(new Bench(store, without));
      replay.current.result = result;
    } catch (Cut cut) {
      // The node where it was cut off knows its operation.
    } catch (Violation e) {
      throw e;
    } catch (RuntimeException e) {
      replay.current.result = new Failure(e.toString());
    }
  }

  private final class Replay implements Function<Operation, Reply> {
    private final List<Node> path;
    private final Snapshot snapshot;
    private int seen;
    Node current;

    Replay(Node root, List<Node> path, Snapshot snapshot) {
      this.current = root;
      this.path = path;
      this.snapshot = snapshot;
    }

    @Override
    public Reply apply(Operation operation) {
      if (current.next == null) {
        current.next = operation;
      } else if (!current.next.equals(operation)) {
        throw new AssertionError(
            program.name() + " does " + operation + " after what led to " + current.next);
      }
      Reply reply;
      if (seen < path.size()) {
        current = path.get(seen++);
        reply = current.reply;
        if (reply == null) {
          throw new AssertionError("only the start has no reply");
        }
      } else if (snapshot.isSettled(operation)) {
        reply = snapshot.apply(operation).reply();
        current = child(current, reply);
      } else {
        throw new Cut();
      }
      return reply;
    }
  }
}
