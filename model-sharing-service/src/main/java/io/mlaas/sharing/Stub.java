package io.mlaas.sharing; public class Stub { public static void main(String[] a) {} }
