package io.mlaas.gateway; public class Stub { public static void main(String[] a) {} }
