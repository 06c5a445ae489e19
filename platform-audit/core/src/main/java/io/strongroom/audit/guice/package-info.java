/** Wires the audit log with Guice. Everything works without it. */
@NullMarked
package io.strongroom.audit.guice;

import org.jspecify.annotations.NullMarked;
