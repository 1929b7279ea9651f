package io.mlaas.training; public class Stub { public static void main(String[] a) {} }
