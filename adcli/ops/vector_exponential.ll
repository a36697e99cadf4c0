; The exponential and the hyperbolic tangent of {n} numbers at once, to be inlined into loops.
; {reals} and {words} are so many doubles and integers.
;
; x = k log 2 + r with |r| <= log(2)/2 (and a little more).  The products are fused, so the first
; difference is exact.  e^r - 1 = r + r^2 q(r), where q interpolates at Chebyshev's points; its error
; is 0.4 of a rounding.  Then e^x = 2^k e^r.  Muller, *Elementary Functions* (3rd edition, 2016),
; sections 4.3 and 11.2.

%Exponential.{n} = type { {reals}, {words} }

; e^r - 1, and the bits of 3/2 2^52 + k.
define available_externally %Exponential.{n} @adcli.exponential.{n}({reals} %x) nounwind willreturn memory(none) alwaysinline {
  %t = call {reals} @llvm.fma.v{n}f64({reals} %x, {reals} splat (double 0x3FF71547652B82FE), {reals} splat (double 0x4338000000000000))
  %k = fsub {reals} %t, splat (double 0x4338000000000000)
  %m = fneg {reals} %k
  %r.1 = call {reals} @llvm.fma.v{n}f64({reals} %m, {reals} splat (double 0x3FE62E42FEFA39EF), {reals} %x)
  %r = call {reals} @llvm.fma.v{n}f64({reals} %m, {reals} splat (double 0x3C7ABC9E3B39803F), {reals} %r.1)
  %z = fmul {reals} %r, %r
  %w = fmul {reals} %z, %z
  %v = fmul {reals} %w, %w
  %q.0 = call {reals} @llvm.fma.v{n}f64({reals} %r, {reals} splat (double 0x3FC5555555555556), {reals} splat (double 0x3FE0000000000001))
  %q.2 = call {reals} @llvm.fma.v{n}f64({reals} %r, {reals} splat (double 0x3F811111111109AD), {reals} splat (double 0x3FA5555555553D4F))
  %q.4 = call {reals} @llvm.fma.v{n}f64({reals} %r, {reals} splat (double 0x3F2A01A01A7C8D47), {reals} splat (double 0x3F56C16C17893833))
  %q.6 = call {reals} @llvm.fma.v{n}f64({reals} %r, {reals} splat (double 0x3EC71DE0D9C145D0), {reals} splat (double 0x3EFA019B8EF67C6C))
  %q.8 = call {reals} @llvm.fma.v{n}f64({reals} %r, {reals} splat (double 0x3E5AF38D53857513), {reals} splat (double 0x3E92891A8C1D838D))
  %p.0 = call {reals} @llvm.fma.v{n}f64({reals} %z, {reals} %q.2, {reals} %q.0)
  %p.4 = call {reals} @llvm.fma.v{n}f64({reals} %z, {reals} %q.6, {reals} %q.4)
  %o.0 = call {reals} @llvm.fma.v{n}f64({reals} %w, {reals} %p.4, {reals} %p.0)
  %q = call {reals} @llvm.fma.v{n}f64({reals} %v, {reals} %q.8, {reals} %o.0)
  %e = call {reals} @llvm.fma.v{n}f64({reals} %z, {reals} %q, {reals} %r)
  %bits = bitcast {reals} %t to {words}
  %a = insertvalue %Exponential.{n} undef, {reals} %e, 0
  %b = insertvalue %Exponential.{n} %a, {words} %bits, 1
  ret %Exponential.{n} %b
}

; e^x.  Where 2^k is no normal number, two powers of 2 take its place.
define available_externally {reals} @adcli.exp.{n}({reals} %x) nounwind willreturn memory(none) alwaysinline {
  %size = call {reals} @llvm.fabs.v{n}f64({reals} %x)
  %far = fcmp ugt {reals} %size, splat (double 7.08e+02)
  %lanes = bitcast <{n} x i1> %far to i{n}
  %some = icmp ne i{n} %lanes, 0
  br i1 %some, label %apart, label %near
near:
  %both = call %Exponential.{n} @adcli.exponential.{n}({reals} %x)
  %less = extractvalue %Exponential.{n} %both, 0
  %bits = extractvalue %Exponential.{n} %both, 1
  %e = fadd {reals} %less, splat (double 1.0)
  %shifted = shl {words} %bits, splat (i64 52)
  %digits = bitcast {reals} %e to {words}
  %scaled = add {words} %digits, %shifted
  %here = bitcast {words} %scaled to {reals}
  br label %out
apart:
  %low = call {reals} @llvm.maxnum.v{n}f64({reals} %x, {reals} splat (double -7.5e+02))
  %inside = call {reals} @llvm.minnum.v{n}f64({reals} %low, {reals} splat (double 7.5e+02))
  %far.both = call %Exponential.{n} @adcli.exponential.{n}({reals} %inside)
  %far.less = extractvalue %Exponential.{n} %far.both, 0
  %far.bits = extractvalue %Exponential.{n} %far.both, 1
  %far.e = fadd {reals} %far.less, splat (double 1.0)
  %t = bitcast {words} %far.bits to {reals}
  %k = fsub {reals} %t, splat (double 0x4338000000000000)
  %t.half = call {reals} @llvm.fma.v{n}f64({reals} %k, {reals} splat (double 5.0e-01), {reals} splat (double 0x4338000000000000))
  %half = fsub {reals} %t.half, splat (double 0x4338000000000000)
  %rest = fsub {reals} %k, %half
  %t.rest = fadd {reals} %rest, splat (double 0x4338000000000000)
  %bits.half = bitcast {reals} %t.half to {words}
  %bits.rest = bitcast {reals} %t.rest to {words}
  %shifted.half = shl {words} %bits.half, splat (i64 52)
  %shifted.rest = shl {words} %bits.rest, splat (i64 52)
  %scale.half = add {words} %shifted.half, splat (i64 4607182418800017408)
  %scale.rest = add {words} %shifted.rest, splat (i64 4607182418800017408)
  %power.half = bitcast {words} %scale.half to {reals}
  %power.rest = bitcast {words} %scale.rest to {reals}
  %first = fmul {reals} %far.e, %power.half
  %there = fmul {reals} %first, %power.rest
  %number = fcmp ord {reals} %x, %x
  %known = select <{n} x i1> %number, {reals} %there, {reals} %x
  br label %out
out:
  %v = phi {reals} [ %here, %near ], [ %known, %apart ]
  ret {reals} %v
}

; tanh |x| = d/(d + 2) for d = e^(2|x|) - 1 = 2^k (e^r - 1) + (2^k - 1).  From 20 on, tanh is 1.
define available_externally {reals} @adcli.tanh.{n}({reals} %x) nounwind willreturn memory(none) alwaysinline {
  %size = call {reals} @llvm.fabs.v{n}f64({reals} %x)
  %far = fcmp oge {reals} %size, splat (double 20.0)
  %least = select <{n} x i1> %far, {reals} splat (double 20.0), {reals} %size
  %twice = fadd {reals} %least, %least
  %both = call %Exponential.{n} @adcli.exponential.{n}({reals} %twice)
  %less = extractvalue %Exponential.{n} %both, 0
  %bits = extractvalue %Exponential.{n} %both, 1
  %shifted = shl {words} %bits, splat (i64 52)
  %scale = add {words} %shifted, splat (i64 4607182418800017408)
  %power = bitcast {words} %scale to {reals}
  %power.less = fsub {reals} %power, splat (double 1.0)
  %d = call {reals} @llvm.fma.v{n}f64({reals} %power, {reals} %less, {reals} %power.less)
  %below = fadd {reals} %d, splat (double 2.0)
  %ratio = fdiv {reals} %d, %below
  %signed = call {reals} @llvm.copysign.v{n}f64({reals} %ratio, {reals} %x)
  ret {reals} %signed
}

declare {reals} @llvm.fma.v{n}f64({reals}, {reals}, {reals})
declare {reals} @llvm.fabs.v{n}f64({reals})
declare {reals} @llvm.maxnum.v{n}f64({reals}, {reals})
declare {reals} @llvm.minnum.v{n}f64({reals}, {reals})
declare {reals} @llvm.copysign.v{n}f64({reals}, {reals})
