/**
 * Signing of control objects: keys of one algorithm and one purpose each, the keyring that says
 * which of them to believe, and signed JSON documents.
 */
@NullMarked
package io.strongroom.crypto.signing;

import org.jspecify.annotations.NullMarked;
