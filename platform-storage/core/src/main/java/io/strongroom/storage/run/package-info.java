/**
 * Runs: claiming one, keeping it alive, its plan, outcomes and keys, and the signed manifest that
 * commits or aborts it.
 */
@NullMarked
package io.strongroom.storage.run;

import org.jspecify.annotations.NullMarked;
