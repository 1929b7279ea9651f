/**
 * Decision trees that grow from a stream: the Hoeffding tree (Domingos and Hulten 2000) and the adaptive random forest (Gomes
 * et al. 2017).
 *
 * <p>Memory: a tree has at most {@code max_leaves} leaves. A leaf keeps, for each class and each input it watches, five
 * numbers (a normal distribution and its range) or one for each nominal value, whatever it has seen. A forest has {@code
 * trees} of them, and as many in the background at most.
 */
@NullMarked
package io.mlaas.online.tree;

import org.jspecify.annotations.NullMarked;
