package io.strongroom.examples.lake;

import com.google.inject.Injector;
import io.strongroom.audit.AuditEvent;
import io.strongroom.audit.AuditLog;
import io.strongroom.crypto.token.DetokenizationScope;
import io.strongroom.crypto.token.Tokenizer;
import io.strongroom.examples.lake.balances.Balance;
import io.strongroom.examples.lake.balances.PublishedBalances;
import io.strongroom.examples.lake.dataset.LakeDatasets;
import io.strongroom.storage.Protection;
import io.strongroom.storage.publication.Publication;
import io.strongroom.storage.publication.PublishedState;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Prints the published balances, by token or, for the holder of the keys, by customer number. */
final class BalancesCommand {
  private final Injector injector;
  private final PrintStream out;

  BalancesCommand(Injector injector, PrintStream out) {
    this.injector = injector;
    this.out = out;
  }

  /** By account token. */
  void balances(CommandLine line) {
    List<Balance> balances = read(published(), line, Set.of());
    Report.table(out, balances, line.limit(), token -> token);
  }

  /**
   * By customer number; who asked and why stands in the audit log before the first one is printed.
   *
   * @throws LakeException TOKEN_UNKNOWN when a token has no balance
   */
  void reveal(CommandLine line) {
    Set<String> tokens = new HashSet<>(line.operands());
    PublishedState state = published();
    List<Balance> balances = read(state, line, tokens);
    Set<String> found = new HashSet<>();
    balances.forEach(balance -> found.add(balance.account()));
    if (!found.containsAll(tokens)) {
      tokens.removeAll(found);
      throw new LakeException(
          LakeErrorCode.TOKEN_UNKNOWN, tokens.size() + " of the tokens have no balance");
    }
    Tokenizer customers = injector.getInstance(Tokenizer.class);
    List<Balance> shown = balances.subList(0, Math.min(line.limit(), balances.size()));
    audit(line, state, shown);
    DetokenizationScope scope = injector.getInstance(DetokenizationScope.class);
    Report.table(out, balances, line.limit(), token -> customers.detokenize(token, scope));
  }

  private void audit(CommandLine line, PublishedState state, List<Balance> shown) {
    SortedMap<String, String> attributes = new TreeMap<>();
    attributes.put(
        "accounts", Long.toString(shown.stream().map(Balance::account).distinct().count()));
    attributes.put("publication", state.head().map(Publication::digest).orElse("none"));
    AuditEvent event =
        AuditEvent.of(
                injector.getInstance(LakeConfig.class).actor(),
                "TOKENS_REVEALED",
                "dataset/" + LakeDatasets.gold(Protection.SEALED).ref().path(),
                "success",
                injector.getInstance(InstantSource.class).instant())
            .withAttributes(attributes);
    injector.getInstance(AuditLog.class).append(line.reason().map(event::withReason).orElse(event));
  }

  private PublishedState published() {
    PublishedState state = injector.getInstance(PublishedLake.class).read(LakeDatasets.BALANCES);
    if (state.head().isEmpty()) {
      throw new LakeException(
          LakeErrorCode.NOTHING_PUBLISHED, "pipeline " + LakeDatasets.BALANCES + " has not run");
    }
    return state;
  }

  private List<Balance> read(PublishedState state, CommandLine line, Set<String> tokens) {
    return injector
        .getInstance(PublishedBalances.class)
        .read(
            state,
            balance ->
                line.asOfMonth().map(balance.month()::equals).orElse(true)
                    && (tokens.isEmpty() || tokens.contains(balance.account())));
  }
}
