package io.mlaas.translation; public class Stub { public static void main(String[] a) {} }
