package io.strongroom.crypto.token;

/**
 * A named, versioned rule by which values of one kind become tokens. What a token depends on is the
 * policy's name, the version of its key and those components that its Javadoc calls part of the
 * token.
 */
public sealed interface TokenPolicy
    permits CardPolicy, Ff1Policy, IbanPolicy, JoinKeyPolicy, KeyedHashPolicy, MaskPolicy {

  /** The ten digits, {@code 0} to {@code 9}. */
  String DIGITS = "0123456789";

  /** The ten digits and the letters {@code A} to {@code Z}, as in an IBAN. */
  String DIGITS_AND_CAPITALS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  /** Name of the policy, 1 to 64 characters of {@code a-z 0-9 . _ -}. */
  String name();

  /** Version of the key, from 1; a new version gives new tokens. */
  int keyVersion();

  /** Which kind of policy it is, as {@link TokenReference} records it. */
  String kind();

  /** Whether a token can be turned back by who has the key and the scope. */
  boolean reversible();
}
