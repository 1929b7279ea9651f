/** Programs whose runs differ, each in its own way. */
package io.mlaas.observer.guilty;
