/**
 * Signing of control objects: Ed25519 keys of one purpose each, the keyring that says which of them
 * to believe, and signed JSON documents.
 */
@NullMarked
package io.strongroom.crypto.signing;

import org.jspecify.annotations.NullMarked;
