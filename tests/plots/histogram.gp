# Written by nngrad. Change it as you like: 'gnuplot FILE.gp' draws the picture again, and
# 'gnuplot -c FILE.gp -' writes it to standard output.

set encoding utf8
set terminal svg size 1320,726 enhanced rounded font 'sans-serif,14' fontscale 1.1 background '#ffffff'
if (!exists('ARGC') || ARGC == 0) set output 'histogram.svg'

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

set multiplot title 'Weights and derivatives by layer: lecture' font ',16'
unset key
$w1 << END
-0.723061427 0.245006304 1 1
-0.478055122 0.245006304 0 0
-0.233048818 0.245006304 1 3
0.0119574865 0.245006304 2 1
0.256963791 0.245006304 2 0
0.501970095 0.245006304 1 2
0.7469764 0.245006304 1 0
0.991982704 0.245006304 1 2
END

set lmargin at screen 0.0788
set rmargin at screen 0.3106
set tmargin at screen 0.8733
set bmargin at screen 0.5868
set title 'W₁'
set xlabel 'weight'
set ylabel 'how many'
set xrange [-0.845565:1.11449]
set xtics 0.5
set yrange [0:3.15]
set ytics 1
plot $w1 using 1:3:2 with boxes linecolor rgb '#b0b0b0' fillstyle solid 0.6 noborder, \
     $w1 using 1:4 with histeps linetype 1
$w2 << END
-1.18526664 0.267592031 0 1
-0.917674606 0.267592031 1 1
-0.650082576 0.267592031 1 0
-0.382490545 0.267592031 0 0
-0.114898514 0.267592031 0 1
0.152693517 0.267592031 1 1
0.420285548 0.267592031 3 1
0.687877579 0.267592031 3 4
END

set lmargin at screen 0.4121
set rmargin at screen 0.6439
set tmargin at screen 0.8733
set bmargin at screen 0.5868
set title 'W₂'
set xlabel 'weight'
set ylabel ''
set xrange [-1.31906:0.821674]
set xtics 0.5
set yrange [0:4.2]
set ytics 1
plot $w2 using 1:3:2 with boxes linecolor rgb '#b0b0b0' fillstyle solid 0.6 noborder, \
     $w2 using 1:4 with histeps linetype 1
$w3 << END
-0.970306351 0.261075233 0 1
-0.709231118 0.261075233 1 0
-0.448155884 0.261075233 0 0
-0.187080651 0.261075233 0 0
0.0739945817 0.261075233 0 0
0.335069815 0.261075233 1 0
0.596145048 0.261075233 0 1
0.857220281 0.261075233 1 1
END

set lmargin at screen 0.7455
set rmargin at screen 0.9773
set tmargin at screen 0.8733
set bmargin at screen 0.5868
set title 'W₃'
set xlabel 'weight'
set ylabel ''
set xrange [-1.10084:0.987758]
set xtics 0.5
set yrange [0:1.05]
set ytics 1
plot $w3 using 1:3:2 with boxes linecolor rgb '#b0b0b0' fillstyle solid 0.6 noborder, \
     $w3 using 1:4 with histeps linetype 1
$g1 << END
-0.00741163754 0.00206662671 0 2
-0.00534501083 0.00206662671 0 1
-0.00327838411 0.00206662671 0 0
-0.0012117574 0.00206662671 3 0
0.000854869314 0.00206662671 6 0
0.00292149603 0.00206662671 0 3
0.00498812274 0.00206662671 0 0
0.00705474946 0.00206662671 0 3
END

set lmargin at screen 0.0788
set rmargin at screen 0.3106
set tmargin at screen 0.4325
set bmargin at screen 0.1460
set title '∂L/∂W₁'
set xlabel 'derivative'
set ylabel 'how many'
set xrange [-0.00844495:0.00808806]
set xtics 0.005
set yrange [0:6.3]
set ytics 1
plot $g1 using 1:3:2 with boxes linecolor rgb '#b0b0b0' fillstyle solid 0.6 noborder, \
     $g1 using 1:4 with histeps linetype 1
$g2 << END
-0.0123353941 0.00403966932 1 2
-0.00829572483 0.00403966932 2 1
-0.00425605551 0.00403966932 0 1
-0.000216386187 0.00403966932 0 2
0.00382328313 0.00403966932 0 2
0.00786295245 0.00403966932 3 0
0.0119026218 0.00403966932 1 0
0.0159422911 0.00403966932 2 1
END

set lmargin at screen 0.4121
set rmargin at screen 0.6439
set tmargin at screen 0.4325
set bmargin at screen 0.1460
set title '∂L/∂W₂'
set xlabel 'derivative'
set ylabel ''
set xrange [-0.0143552:0.0179621]
set xtics 0.01
set yrange [0:3.15]
set ytics 1
plot $g2 using 1:3:2 with boxes linecolor rgb '#b0b0b0' fillstyle solid 0.6 noborder, \
     $g2 using 1:4 with histeps linetype 1
$g3 << END
-0.0208548382 0.0143082157 0 2
-0.00654662247 0.0143082157 0 0
0.00776159328 0.0143082157 0 1
0.022069809 0.0143082157 0 0
0.0363780248 0.0143082157 0 0
0.0506862405 0.0143082157 0 0
0.0649944563 0.0143082157 0 0
0.079302672 0.0143082157 3 0
END

set lmargin at screen 0.7455
set rmargin at screen 0.9773
set tmargin at screen 0.4325
set bmargin at screen 0.1460
set title '∂L/∂W₃'
set xlabel 'derivative'
set ylabel ''
set xrange [-0.0280089:0.0864568]
set xtics 0.05
set yrange [0:3.15]
set ytics 1
plot $g3 using 1:3:2 with boxes linecolor rgb '#b0b0b0' fillstyle solid 0.6 noborder, \
     $g3 using 1:4 with histeps linetype 1

set lmargin at screen 0.02
set rmargin at screen 0.98
set tmargin at screen 0.0523
set bmargin at screen 0
unset title
unset xlabel
unset ylabel
unset tics
unset border
unset logscale
set key center center horizontal width 2
set xrange [0:1]
set yrange [0:1]
plot NaN with boxes linecolor rgb '#b0b0b0' fillstyle solid 0.6 noborder title 'before training', \
     NaN with lines linetype 1 title 'after training'
unset multiplot
