; The sine and the cosine of {n} numbers at once.  Inlined into one loop, those of one argument share
; its reduction and both polynomials.  {reals} and {words} are so many doubles and integers, {sin} and
; {cos} the C library's functions of so many.
;
; |x| = k pi/2 + r with |r| <= pi/4 (and a little more), where pi/2 is a sum of three doubles (Cody
; and Waite, *Software Manual for the Elementary Functions*, 1980, chapter 8).  The products are
; fused: for |x| <= 2^20 the first difference is exact, and the error of r is that of one rounding.
; The polynomials are those of fdlibm (Sun Microsystems, 1993: k_sin.c and k_cos.c).  What is
; further away, or nan, goes to the C library.

%Circular.{n} = type { {reals}, {reals}, {words}, i1 }

; sin r, cos r, the bits of 3/2 2^52 + k, and whether there is a number for the C library.
define internal %Circular.{n} @adcli.circular.{n}({reals} %size) nounwind willreturn memory(none) alwaysinline {
  %t = call {reals} @llvm.fma.v{n}f64({reals} %size, {reals} splat (double 0x3FE45F306DC9C883), {reals} splat (double 0x4338000000000000))
  %k = fsub {reals} %t, splat (double 0x4338000000000000)
  %m = fneg {reals} %k
  %r.1 = call {reals} @llvm.fma.v{n}f64({reals} %m, {reals} splat (double 0x3FF921FB54442D18), {reals} %size)
  %r.2 = call {reals} @llvm.fma.v{n}f64({reals} %m, {reals} splat (double 0x3C91A62633145C07), {reals} %r.1)
  %r = call {reals} @llvm.fma.v{n}f64({reals} %m, {reals} splat (double 0xB91F1976B7ED8FBC), {reals} %r.2)
  %z = fmul {reals} %r, %r
  %w = fmul {reals} %z, %z
  %v = fmul {reals} %w, %w
  %s.1 = call {reals} @llvm.fma.v{n}f64({reals} %z, {reals} splat (double 0x3F8111111110F8A6), {reals} splat (double 0xBFC5555555555549))
  %s.2 = call {reals} @llvm.fma.v{n}f64({reals} %z, {reals} splat (double 0x3EC71DE357B1FE7D), {reals} splat (double 0xBF2A01A019C161D5))
  %s.3 = call {reals} @llvm.fma.v{n}f64({reals} %z, {reals} splat (double 0x3DE5D93A5ACFD57C), {reals} splat (double 0xBE5AE5E68A2B9CEB))
  %s.4 = call {reals} @llvm.fma.v{n}f64({reals} %w, {reals} %s.2, {reals} %s.1)
  %s.5 = call {reals} @llvm.fma.v{n}f64({reals} %v, {reals} %s.3, {reals} %s.4)
  %cube = fmul {reals} %z, %r
  %sin = call {reals} @llvm.fma.v{n}f64({reals} %cube, {reals} %s.5, {reals} %r)
  %c.1 = call {reals} @llvm.fma.v{n}f64({reals} %z, {reals} splat (double 0xBF56C16C16C15177), {reals} splat (double 0x3FA555555555554C))
  %c.2 = call {reals} @llvm.fma.v{n}f64({reals} %z, {reals} splat (double 0xBE927E4F809C52AD), {reals} splat (double 0x3EFA01A019CB1590))
  %c.3 = call {reals} @llvm.fma.v{n}f64({reals} %z, {reals} splat (double 0xBDA8FAE9BE8838D4), {reals} splat (double 0x3E21EE9EBDB4B1C4))
  %c.4 = call {reals} @llvm.fma.v{n}f64({reals} %w, {reals} %c.2, {reals} %c.1)
  %c.5 = call {reals} @llvm.fma.v{n}f64({reals} %v, {reals} %c.3, {reals} %c.4)
  %c.6 = call {reals} @llvm.fma.v{n}f64({reals} %z, {reals} splat (double -5.0e-01), {reals} splat (double 1.0))
  %cos = call {reals} @llvm.fma.v{n}f64({reals} %w, {reals} %c.5, {reals} %c.6)
  %bits = bitcast {reals} %t to {words}
  %far = fcmp ugt {reals} %size, splat (double 0x4130000000000000)
  %lanes = bitcast <{n} x i1> %far to i{n}
  %some = icmp ne i{n} %lanes, 0
  %a = insertvalue %Circular.{n} undef, {reals} %sin, 0
  %b = insertvalue %Circular.{n} %a, {reals} %cos, 1
  %c = insertvalue %Circular.{n} %b, {words} %bits, 2
  %d = insertvalue %Circular.{n} %c, i1 %some, 3
  ret %Circular.{n} %d
}

define available_externally {reals} @adcli.sin.{n}({reals} %x) nounwind willreturn memory(none) alwaysinline {
  %size = call {reals} @llvm.fabs.v{n}f64({reals} %x)
  %both = call %Circular.{n} @adcli.circular.{n}({reals} %size)
  %some = extractvalue %Circular.{n} %both, 3
  br i1 %some, label %far, label %near
far:
  %there = call {reals} @{sin}({reals} %x)
  br label %out
near:
  %sin = extractvalue %Circular.{n} %both, 0
  %cos = extractvalue %Circular.{n} %both, 1
  %k = extractvalue %Circular.{n} %both, 2
  %first = shl {words} %k, splat (i64 63)
  %odd = icmp slt {words} %first, zeroinitializer
  %found = select <{n} x i1> %odd, {reals} %cos, {reals} %sin
  %second = shl {words} %k, splat (i64 62)
  %argument = bitcast {reals} %x to {words}
  %signs = xor {words} %second, %argument
  %sign = and {words} %signs, splat (i64 -9223372036854775808)
  %digits = bitcast {reals} %found to {words}
  %signed = xor {words} %digits, %sign
  %here = bitcast {words} %signed to {reals}
  br label %out
out:
  %v = phi {reals} [ %there, %far ], [ %here, %near ]
  ret {reals} %v
}

define available_externally {reals} @adcli.cos.{n}({reals} %x) nounwind willreturn memory(none) alwaysinline {
  %size = call {reals} @llvm.fabs.v{n}f64({reals} %x)
  %both = call %Circular.{n} @adcli.circular.{n}({reals} %size)
  %some = extractvalue %Circular.{n} %both, 3
  br i1 %some, label %far, label %near
far:
  %there = call {reals} @{cos}({reals} %x)
  br label %out
near:
  %sin = extractvalue %Circular.{n} %both, 0
  %cos = extractvalue %Circular.{n} %both, 1
  %k = extractvalue %Circular.{n} %both, 2
  %first = shl {words} %k, splat (i64 63)
  %odd = icmp slt {words} %first, zeroinitializer
  %found = select <{n} x i1> %odd, {reals} %sin, {reals} %cos
  %second = shl {words} %k, splat (i64 62)
  %signs = xor {words} %second, %first
  %sign = and {words} %signs, splat (i64 -9223372036854775808)
  %digits = bitcast {reals} %found to {words}
  %signed = xor {words} %digits, %sign
  %here = bitcast {words} %signed to {reals}
  br label %out
out:
  %v = phi {reals} [ %there, %far ], [ %here, %near ]
  ret {reals} %v
}

declare {reals} @{sin}({reals}) nounwind willreturn memory(none)
declare {reals} @{cos}({reals}) nounwind willreturn memory(none)
declare {reals} @llvm.fma.v{n}f64({reals}, {reals}, {reals})
declare {reals} @llvm.fabs.v{n}f64({reals})
