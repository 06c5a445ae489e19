/**
 * What {@code org.crac} looks for in a JDK that can be checkpointed, named to it by the system
 * property {@code org.crac.Core.Compat}. Its checkpoint only calls the resources.
 */
package io.strongroom.crypto.checkpoint;
