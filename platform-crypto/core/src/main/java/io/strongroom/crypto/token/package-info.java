/**
 * Tokenization of personal data: values are replaced by tokens of the same format, under a named
 * policy and a key of its own, and back.
 */
@NullMarked
package io.strongroom.crypto.token;

import org.jspecify.annotations.NullMarked;
