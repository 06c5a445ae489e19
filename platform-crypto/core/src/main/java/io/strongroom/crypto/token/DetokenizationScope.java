package io.strongroom.crypto.token;

import io.strongroom.crypto.DetokenizationDeniedException;
import java.util.Set;
import java.util.TreeSet;

/**
 * The permission to turn tokens of some policies back. {@link Tokenizer#detokenize} asks for one on
 * every call, so that who may see values is decided where the application is put together: a part
 * that is handed no scope cannot name one by accident, and a search for this class finds every part
 * that can.
 *
 * <p>It is a guard within code that already holds the key, beside the permissions of the key
 * service and not in their place: code that wants to can make a scope of its own. Whom the key
 * service lets unwrap the token key decides who can turn tokens back at all.
 *
 * <p>Immutable.
 */
public final class DetokenizationScope {
  private static final DetokenizationScope NONE = new DetokenizationScope(Set.of());

  private final Set<String> policies;

  private DetokenizationScope(Set<String> policies) {
    this.policies = policies;
  }

  /** The scope that allows nothing. */
  public static DetokenizationScope none() {
    return NONE;
  }

  /**
   * A scope for the policies of these names.
   *
   * @throws IllegalArgumentException when a name is none of a policy
   */
  public static DetokenizationScope allowing(String... policies) {
    for (String policy : policies) {
      if (!PolicyRule.isName(policy)) {
        throw new IllegalArgumentException("a scope holds names of policies");
      }
    }
    return new DetokenizationScope(Set.copyOf(Set.of(policies)));
  }

  /** Whether tokens of a policy may be turned back. */
  public boolean allows(TokenPolicy policy) {
    return policies.contains(policy.name());
  }

  /**
   * Does nothing when tokens of a policy may be turned back.
   *
   * @throws DetokenizationDeniedException when they may not
   */
  void require(TokenPolicy policy) {
    if (!allows(policy)) {
      throw new DetokenizationDeniedException(
          "the caller's scope does not allow tokens of policy "
              + policy.name()
              + " to be turned back");
    }
  }

  @Override
  public String toString() {
    return "DetokenizationScope" + new TreeSet<>(policies);
  }
}
