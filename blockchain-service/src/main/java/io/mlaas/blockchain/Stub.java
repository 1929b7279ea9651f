package io.mlaas.blockchain; public class Stub { public static void main(String[] a) {} }
