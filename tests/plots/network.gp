# Written by nngrad. Change it as you like: 'gnuplot FILE.gp' draws the picture again, and
# 'gnuplot -c FILE.gp -' writes it to standard output.

set encoding utf8
set terminal svg size 700,484 enhanced rounded font 'sans-serif,14' fontscale 1.1 background '#ffffff'
if (!exists('ARGC') || ARGC == 0) set output 'network.svg'

set border 3 linecolor rgb '#404040'
set tics nomirror scale 0.6
set key below center horizontal reverse Left samplen 3
set xlabel offset 0, 0.4
set minussign
set errorbars small
set grid linecolor rgb '#e4e4e4' linetype 1 linewidth 1
set linetype 1 linecolor rgb '#0072B2' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 2 linecolor rgb '#D55E00' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 3 linecolor rgb '#009E73' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 4 linecolor rgb '#CC79A7' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 5 linecolor rgb '#E69F00' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 6 linecolor rgb '#56B4E9' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 7 linecolor rgb '#000000' linewidth 2 dashtype 2 pointtype 7 pointsize 0.6
set linetype 8 linecolor rgb '#F0E442' linewidth 2 dashtype 4 pointtype 7 pointsize 0.6
set linetype cycle 8

$edges << END
68 252 282 -84


68 336 282 -84
68 252 282 0
68 336 282 -168


68 84 282 252
350 84 282 84


68 168 282 -84


68 336 282 0


68 252 282 84
68 336 282 -252
350 168 282 84
350 252 282 -84
350 168 282 0


68 168 282 84
68 84 282 168
68 168 282 0
68 84 282 84
68 252 282 -168
350 336 282 -84
350 84 282 168
350 336 282 -168


68 84 282 0


68 168 282 168
350 252 282 0
END
$units << END
68 336 20
68 252 20
68 168 20
68 84 20
350 336 20
350 252 20
350 168 20
350 84 20
632 252 20
632 168 20
END
$marked << END
END
set margins 0, 0, 0, 0
unset border
unset tics
unset grid
set xrange [0:700]
set yrange [0:484]
set key at 350, 10 bottom center horizontal
set label 'The weights of light-math-example, 4-4-2' at 350.0, 460.0 front center font ',16'
set label 'the larger a weight, the wider its edge; all biases are 0' at 350.0, 436.0 front center font ',12' textcolor rgb '#606060'
set label 'inputs' at 68.0, 408.0 front center
set label 'x₁' at 68.0, 336.0 front center
set label 'x₂' at 68.0, 252.0 front center
set label 'x₃' at 68.0, 168.0 front center
set label 'x₄' at 68.0, 84.0 front center
set label 'layer 1' at 350.0, 408.0 front center
set label 'sigmoid' at 350.0, 390.0 front center font ',11' textcolor rgb '#606060'
set label 'h₁₁' at 350.0, 336.0 front center
set label 'h₁₂' at 350.0, 252.0 front center
set label 'h₁₃' at 350.0, 168.0 front center
set label 'h₁₄' at 350.0, 84.0 front center
set label 'output layer' at 632.0, 408.0 front center
set label 'softmax' at 632.0, 390.0 front center font ',11' textcolor rgb '#606060'
set label 'ŷ₁' at 632.0, 252.0 front center
set label 'ŷ₂' at 632.0, 168.0 front center
set style textbox opaque noborder margins 0.4, 0.2 fillcolor rgb '#ffffff'
set label '0.1' at 293.6, 336.0 front center boxed font ',11'
set label '0.3' at 293.6, 319.2 front center boxed font ',11'
set label '0.8' at 293.6, 302.4 front center boxed font ',11'
set label '−0.4' at 293.6, 285.6 front center boxed font ',11'
set label '−0.3' at 293.6, 268.8 front center boxed font ',11'
set label '−0.2' at 293.6, 252.0 front center boxed font ',11'
set label '0.5' at 293.6, 235.2 front center boxed font ',11'
set label '0.5' at 293.6, 218.4 front center boxed font ',11'
set label '−0.3' at 293.6, 201.6 front center boxed font ',11'
set label '0' at 293.6, 184.8 front center boxed font ',11'
set label '0.5' at 293.6, 168.0 front center boxed font ',11'
set label '0.4' at 293.6, 151.2 front center boxed font ',11'
set label '0.2' at 293.6, 134.4 front center boxed font ',11'
set label '0.5' at 293.6, 117.6 front center boxed font ',11'
set label '−0.9' at 293.6, 100.8 front center boxed font ',11'
set label '0.7' at 293.6, 84.0 front center boxed font ',11'
set label '0.5' at 575.6, 268.8 front center boxed font ',11'
set label '0.8' at 575.6, 252.0 front center boxed font ',11'
set label '0.2' at 575.6, 235.2 front center boxed font ',11'
set label '0.4' at 575.6, 218.4 front center boxed font ',11'
set label '0.5' at 575.6, 201.6 front center boxed font ',11'
set label '0.2' at 575.6, 184.8 front center boxed font ',11'
set label '0.3' at 575.6, 168.0 front center boxed font ',11'
set label '−0.5' at 575.6, 151.2 front center boxed font ',11'
plot $edges index 0 using 1:2:3:4 with vectors nohead linecolor rgb '#808080' linewidth 1.6 dashtype solid notitle, \
     $edges index 1 using 1:2:3:4 with vectors nohead linecolor rgb '#0072B2' linewidth 1.9 dashtype solid notitle, \
     $edges index 2 using 1:2:3:4 with vectors nohead linecolor rgb '#0072B2' linewidth 2.9 dashtype solid notitle, \
     $edges index 3 using 1:2:3:4 with vectors nohead linecolor rgb '#0072B2' linewidth 5.0 dashtype solid notitle, \
     $edges index 4 using 1:2:3:4 with vectors nohead linecolor rgb '#D55E00' linewidth 0.8 dashtype solid notitle, \
     $edges index 5 using 1:2:3:4 with vectors nohead linecolor rgb '#D55E00' linewidth 1.9 dashtype solid notitle, \
     $edges index 6 using 1:2:3:4 with vectors nohead linecolor rgb '#D55E00' linewidth 2.9 dashtype solid notitle, \
     $edges index 7 using 1:2:3:4 with vectors nohead linecolor rgb '#D55E00' linewidth 4.0 dashtype solid notitle, \
     $edges index 8 using 1:2:3:4 with vectors nohead linecolor rgb '#D55E00' linewidth 5.0 dashtype solid notitle, \
     $units using 1:2:3 with circles fillcolor rgb '#ffffff' fillstyle solid border linecolor rgb '#404040' dashtype solid linewidth 1.2 notitle, \
     NaN with lines linecolor rgb '#0072B2' linewidth 3 dashtype solid title 'negative', \
     NaN with lines linecolor rgb '#D55E00' linewidth 3 dashtype solid title 'positive'
